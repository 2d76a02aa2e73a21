/* Payment codes, statements and payment files, against what their standards say. */
#include "harness.h"

#include "pay/emv.h"
#include "pay/pain.h"
#include "pay/statement.h"
#include "pay/xml.h"

#include <string.h>

#define VECTOR                                                                                                                        \
    "00020101021226320019org.example.village0105M004252040763530340454071250.005802KE5913Mwangaza Coop6005Nyeri" \
                             "62240110ORD-00012305067F3A9C6304888F"

static MerchantQr vector_qr(void)
{
    return (MerchantQr){.domain = STR("org.example.village"), .account = STR("M0042"), .category = STR("0763"), .currency = STR("KES"),
                        .has_amount = true, .amount = {125000}, .country = STR("KE"), .name = STR("Mwangaza Coop"), .city = STR("Nyeri"),
                        .bill = STR("ORD-000123"), .reference = STR("7F3A9C")};
}

static void the_checksum_is_the_one_of_the_standard(void **state)
{
    (void)state;
    assert_int_equal(crc16_ccitt(STR("123456789")), 0x29B1);
}

static void a_merchant_code_is_written_as_the_vector(void **state)
{
    MerchantQr qr = vector_qr();
    Str text;
    assert_fine(merchant_qr_write(test_arena(state), &qr, &text));
    assert_str(text, VECTOR);
}

static void a_merchant_code_is_read_back(void **state)
{
    MerchantQr qr;
    assert_fine(merchant_qr_read(test_arena(state), STR(VECTOR), &qr));
    assert_str(qr.domain, "org.example.village");
    assert_str(qr.account, "M0042");
    assert_str(qr.currency, "KES");
    assert_int_equal(qr.amount.minor, 125000);
    assert_str(qr.name, "Mwangaza Coop");
    assert_str(qr.bill, "ORD-000123");
    assert_str(qr.reference, "7F3A9C");
}

static void a_chinese_name_stands_beside_a_plain_one(void **state)
{
    MerchantQr qr = vector_qr(), back;
    Str text;
    qr.name = STR("米谷合作社");
    qr.city = STR("元阳");
    qr.lang = STR("zh");
    qr.currency = STR("CNY");
    qr.country = STR("CN");
    qr.has_amount = false;
    assert_fine(merchant_qr_write(test_arena(state), &qr, &text));
    assert_true(str_find(text, STR("010211")) != SIZE_MAX);
    assert_true(str_find(text, STR("5905M0042")) != SIZE_MAX);
    assert_true(str_find(text, STR("0105米谷合作社")) != SIZE_MAX);
    assert_fine(merchant_qr_read(test_arena(state), text, &back));
    assert_str(back.name, "米谷合作社");
    assert_str(back.city, "元阳");
    assert_false(back.has_amount);
}

static void a_code_with_one_wrong_letter_is_refused(void **state)
{
    MerchantQr qr;
    char *text = arena_copy(test_arena(state), VECTOR, sizeof VECTOR);
    for (size_t i = 0; i + 1 < sizeof VECTOR; i++) {
        char kept = text[i];
        text[i] = kept == 'x' ? 'y' : 'x';
        assert_non_null(merchant_qr_read(test_arena(state), (Str){text, sizeof VECTOR - 1}, &qr));
        text[i] = kept;
    }
    assert_err(merchant_qr_read(test_arena(state), STR("hello"), &qr), "qr.crc");
}

static void what_a_code_cannot_hold_is_named(void **state)
{
    MerchantQr qr = vector_qr();
    Str text;
    qr.country = STR("Kenya");
    assert_err(merchant_qr_write(test_arena(state), &qr, &text), "qr.country");
    qr = vector_qr();
    qr.amount = (Money){0};
    assert_err(merchant_qr_write(test_arena(state), &qr, &text), "qr.amount");
    qr = vector_qr();
    qr.currency = STR("XXX");
    assert_err(merchant_qr_write(test_arena(state), &qr, &text), "qr.currency");
}

/* ---- camt ---- */

#define CAMT(entries, closing)                                                                                                       \
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.02\"><BkToCstmrStmt>"    \
    "<GrpHdr><MsgId>1</MsgId></GrpHdr><Stmt><Id>S1</Id><Acct><Id><IBAN>DE89370400440532013000</IBAN></Id><Ccy>EUR</Ccy></Acct>"       \
    "<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy=\"EUR\">100.00</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>"                \
    "<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy=\"EUR\">" closing "</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>" entries     \
    "</Stmt></BkToCstmrStmt></Document>"
#define NTRY(amount, side, more)                                                                                                     \
    "<Ntry><Amt Ccy=\"EUR\">" amount "</Amt><CdtDbtInd>" side "</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2026-11-20</Dt></BookgDt>"     \
    "<ValDt><Dt>2026-11-21</Dt></ValDt>" more "</Ntry>"

static void a_statement_is_read_to_the_cent(void **state)
{
    BankStatementList list;
    assert_fine(camt_read(test_arena(state),
                          STR(CAMT(NTRY("12.50", "CRDT",
                                        "<AcctSvcrRef>B7</AcctSvcrRef><NtryDtls><TxDtls><RltdPties><Dbtr><Nm>Ana &amp; Bo</Nm></Dbtr>"
                                        "<DbtrAcct><Id><Othr><Id>0712</Id></Othr></Id></DbtrAcct></RltdPties>"
                                        "<RmtInf><Ustrd>ORD-1</Ustrd><Ustrd>thanks</Ustrd></RmtInf></TxDtls></NtryDtls>")
                                       NTRY("2.00", "DBIT", "<NtryDtls><TxDtls><Refs><EndToEndId>P-9</EndToEndId></Refs></TxDtls></NtryDtls>"),
                                   "110.50")),
                          &list));
    assert_int_equal(list.len, 1);
    const BankStatement *s = &list.at[0];
    assert_str(s->account, "DE89370400440532013000");
    assert_int_equal(s->lines.len, 2);
    assert_int_equal(s->opening.minor, 10000);
    assert_int_equal(s->closing.minor, 11050);
    assert_int_equal(s->lines.at[0].amount.minor, 1250);
    assert_str(s->lines.at[0].party, "Ana & Bo");
    assert_str(s->lines.at[0].account, "0712");
    assert_str(s->lines.at[0].text, "ORD-1 thanks");
    assert_str(s->lines.at[0].bank_ref, "B7");
    assert_int_equal(s->lines.at[1].amount.minor, -200);
    assert_str(s->lines.at[1].end_to_end, "P-9");
    assert_int_equal(s->lines.at[1].booked_on.days, date_of(2026, 11, 20).days);
}

static void a_statement_that_does_not_add_up_is_refused(void **state)
{
    BankStatementList list;
    Err *err = camt_read(test_arena(state), STR(CAMT(NTRY("12.50", "CRDT", ""), "112.51")), &list);
    assert_err(err, "statement.sum");
    assert_str(err->args[1].value, "112.50");
}

static void a_batch_booking_becomes_its_payments(void **state)
{
    BankStatementList list;
    assert_fine(camt_read(test_arena(state),
                          STR(CAMT(NTRY("5.00", "DBIT",
                                        "<NtryDtls><TxDtls><Refs><EndToEndId>A</EndToEndId></Refs><Amt Ccy=\"EUR\">2.00</Amt></TxDtls>"
                                        "<TxDtls><Refs><EndToEndId>B</EndToEndId></Refs><Amt Ccy=\"EUR\">3.00</Amt></TxDtls></NtryDtls>"),
                                   "95.00")),
                          &list));
    assert_int_equal(list.at[0].lines.len, 2);
    assert_int_equal(list.at[0].lines.at[0].amount.minor, -200);
    assert_str(list.at[0].lines.at[1].end_to_end, "B");
}

static void entries_that_are_not_booked_do_not_count(void **state)
{
    BankStatementList list;
    Str text = STR(CAMT("<Ntry><Amt Ccy=\"EUR\">9.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>PDNG</Cd></Sts></Ntry>"
                        NTRY("1.00", "CRDT", "<RvslInd>true</RvslInd>"), "101.00"));
    assert_fine(camt_read(test_arena(state), text, &list));
    assert_int_equal(list.at[0].lines.len, 1);
    assert_true(list.at[0].lines.at[0].reversal);
    assert_int_equal(list.at[0].lines.at[0].amount.minor, 100);
}

static void entities_and_document_types_are_never_read(void **state)
{
    BankStatementList list;
    Arena *arena = test_arena(state);
    assert_err(camt_read(arena, STR("<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><a>&b;</a>"), &list), "statement.dtd");
    assert_err(camt_read(arena, STR("<a><b></a>"), &list), "statement.xml");
    assert_err(camt_read(arena, STR("<a>&unknown;</a>"), &list), "statement.xml");
    assert_err(camt_read(arena, STR("<a/>"), &list), "statement.none");
    assert_err(camt_read(arena, STR(CAMT(NTRY("1,00", "CRDT", ""), "101.00")), &list), "statement.amount");
    assert_err(camt_read(arena, STR(CAMT("<Ntry><Amt Ccy=\"USD\">1.00</Amt><CdtDbtInd>CRDT</CdtDbtInd></Ntry>", "101.00")), &list),
               "statement.currency");
}

/* ---- CSV ---- */

static void a_bank_file_guesses_its_own_mapping(void **state)
{
    BankProfile profile;
    BankStatement s;
    Str csv = STR("Valley Rural Bank\nAccount 0042\nDate,Value date,Narration,Reference,Debit,Credit,Balance\n"
                  "03/11/2026,04/11/2026,\"Cash, by Ana\",R1,,\"1,250.00\",1350.00\n25/11/2026,25/11/2026,Fee,R2,10.00,,1340.00\n,,Total,,10.00,1250.00,\n");
    assert_fine(bank_profile_guess(test_arena(state), csv, &profile));
    assert_int_equal(profile.skip, 3);
    assert_str(profile.dates, "dmy");
    assert_int_equal(profile.in_column, 6);
    assert_int_equal(profile.out_column, 5);
    assert_fine(bank_csv_read(test_arena(state), csv, &profile, 2, &s));
    assert_int_equal(s.lines.len, 2);
    assert_int_equal(s.lines.at[0].amount.minor, 125000);
    assert_str(s.lines.at[0].text, "Cash, by Ana");
    assert_int_equal(s.lines.at[1].amount.minor, -1000);
    assert_int_equal(s.opening.minor, 10000);
    assert_int_equal(s.closing.minor, 134000);
}

static void a_german_export_reads_with_decimal_commas_newest_first(void **state)
{
    BankProfile profile;
    BankStatement s;
    Str csv = STR("Buchungstag;Auftraggeber;Verwendungszweck;Betrag;Saldo\n21.11.2026;Bo;Miete;-1.000,50;99,50\n20.11.2026;Ana;Eier;100,00;1.100,00\n");
    assert_fine(bank_profile_guess(test_arena(state), csv, &profile));
    assert_true(profile.decimal_comma);
    assert_fine(bank_csv_read(test_arena(state), csv, &profile, 2, &s));
    assert_int_equal(s.lines.at[0].amount.minor, -100050);
    assert_int_equal(s.opening.minor, 100000);
    assert_int_equal(s.closing.minor, 9950);
}

static void the_words_of_a_payment_are_found_under_many_heads(void **state)
{
    static const struct {
        const char *csv;
        int64_t column; /* of what the payer wrote */
    } heads[] = {
        {"Date,Text,Amount\n2026-11-01,Eggs,5.00\n", 2},
        {"Buchungstag;Buchungstext;Betrag\n01.11.2026;Eier;5,00\n", 2},
        {"Buchungstag;Buchungstext;Verwendungszweck;Betrag\n01.11.2026;GUTSCHRIFT;Eier;5,00\n", 3},
        {"Date,Description,Amount\n2026-11-01,Eggs,5.00\n", 2},
        {"Date,Transaction Details,Amount\n2026-11-01,Eggs,5.00\n", 2},
        {"Date,Narrative,Debit,Credit\n2026-11-01,Eggs,,5.00\n", 2},
        {"Txn Date,Particulars,Withdrawals,Deposits,Balance\n01/11/2026,Eggs,,5.00,5.00\n", 2},
        {"Date;Libellé;Montant\n01/11/2026;Oeufs;5,00\n", 2},
        {"Fecha;Concepto;Importe\n01/11/2026;Huevos;5,00\n", 2},
        {"Tarehe,Maelezo,Kiasi\n01/11/2026,Mayai,5.00\n", 2},
        {"Memo,Date,Amount\nEggs,2026-11-01,5.00\n", 1},
        {"交易日期,摘要,收入金额,支出金额,余额\n2026-11-01,鸡蛋,5.00,,5.00\n", 2},
        {"日期,附言,金额\n2026-11-01,鸡蛋,5.00\n", 2},
        {"记账日期,交易用途,交易金额\n2026-11-01,鸡蛋,5.00\n", 2},
    };
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
        BankProfile profile;
        BankStatement s;
        assert_fine(bank_profile_guess(test_arena(state), str_of(heads[i].csv), &profile));
        if (profile.text_column != heads[i].column)
            fail_msg("column %lld of: %s", (long long)profile.text_column, heads[i].csv);
        assert_fine(bank_csv_read(test_arena(state), str_of(heads[i].csv), &profile, 2, &s));
        assert_int_equal(s.lines.at[0].amount.minor, 500);
        assert_true(s.lines.at[0].text.len >= 4);
    }
}

static void a_missing_line_shows_in_the_balances(void **state)
{
    BankProfile p = {.name = STR("x"), .skip = 1, .dates = STR("ymd"), .date_column = 1, .amount_column = 2, .balance_column = 3};
    BankStatement s;
    assert_err(bank_csv_read(test_arena(state), STR("d,a,b\n2026-01-02,5.00,105.00\n2026-01-03,5.00,115.00\n"), &p, 2, &s), "statement.balance");
    assert_err(bank_csv_read(test_arena(state), STR("d,a,b\n2026-01-02,5.0x,105.00\n"), &p, 2, &s), "statement.amount");
    assert_err(bank_csv_read(test_arena(state), STR("d,a,b\n2026-13-02,5.00,105.00\n"), &p, 2, &s), "statement.date");
    assert_err(bank_csv_read(test_arena(state), STR("d,a,b\n"), &p, 2, &s), "statement.none");
    p.date_column = 0;
    assert_err(bank_csv_read(test_arena(state), STR("d,a,b\n"), &p, 2, &s), "profile.columns");
}

static void dates_are_read_in_the_order_that_was_said(void **state)
{
    (void)state;
    Date day;
    assert_true(date_read(STR("03/05/26"), STR("dmy"), &day));
    assert_int_equal(day.days, date_of(2026, 5, 3).days);
    assert_true(date_read(STR("03/05/2026 10:22:01"), STR("mdy"), &day));
    assert_int_equal(day.days, date_of(2026, 3, 5).days);
    assert_true(date_read(STR("20260228"), STR("ymd"), &day));
    assert_true(date_read(STR("3 May 2026"), STR("dmy"), &day));
    assert_int_equal(day.days, date_of(2026, 5, 3).days);
    assert_false(date_read(STR("29/02/2026"), STR("dmy"), &day));
    assert_false(date_read(STR("Total"), STR("dmy"), &day));
}

/* ---- pain ---- */

static Str written(void **state, BankOrder *order, const BankPayment *payments, size_t len)
{
    Str xml;
    *order = (BankOrder){.message = STR("MILLET-1"), .made_at = {1795000000000}, .name = STR("Mwangaza & Sons"), .account = STR("0042-7"),
                         .currency = STR("KES"), .pay_on = date_of(2026, 11, 23), .payments = payments, .payments_len = len};
    assert_fine(pain_write(test_arena(state), order, &xml));
    return xml;
}

static void a_payment_file_has_the_structure_a_bank_checks(void **state)
{
    const BankPayment payments[] = {
        {STR("P1"), {125000}, STR("Ana <Lin>"), STR("DE89370400440532013000"), STR("COBADEFFXXX"), STR("November")},
        {STR("P2"), {1}, STR("陈梅"), STR("778/12"), {0}, {0}}};
    BankOrder order;
    const XmlNode *root, *head, *info;
    Arena *arena = test_arena(state);
    assert_fine(xml_read(arena, written(state, &order, payments, 2), &root));
    assert_str(xml_space(root), "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09");
    head = xml_path(root, "CstmrCdtTrfInitn/GrpHdr");
    info = xml_path(root, "CstmrCdtTrfInitn/PmtInf");
    assert_str(xml_text(arena, xml_child(head, "NbOfTxs")), "2");
    assert_str(xml_text(arena, xml_child(head, "CtrlSum")), "1250.01");
    assert_str(xml_text(arena, xml_path(head, "InitgPty/Nm")), "Mwangaza & Sons");
    static const char *const wanted[] = {"PmtInfId", "PmtMtd", "NbOfTxs", "CtrlSum", "ReqdExctnDt", "Dbtr", "DbtrAcct", "DbtrAgt", "CdtTrfTxInf",
                                         "CdtTrfTxInf"};
    size_t n = 0;
    for (const XmlNode *child = xml_first(info); child; child = xml_after(child), n++)
        assert_str(xml_name(child), wanted[n]); /* the order is part of the format */
    assert_int_equal(n, 10);
    assert_str(xml_text(arena, xml_path(info, "ReqdExctnDt/Dt")), "2026-11-23");
    assert_str(xml_text(arena, xml_path(info, "DbtrAcct/Id/Othr/Id")), "0042-7");
    const XmlNode *first = xml_child(info, "CdtTrfTxInf");
    assert_str(xml_text(arena, xml_path(first, "PmtId/EndToEndId")), "P1");
    assert_str(xml_text(arena, xml_path(first, "CdtrAcct/Id/IBAN")), "DE89370400440532013000");
    assert_str(xml_attribute(arena, xml_path(first, "Amt/InstdAmt"), "Ccy"), "KES");
    assert_str(xml_text(arena, xml_path(first, "Cdtr/Nm")), "Ana <Lin>");
    const XmlNode *second = xml_next(first, "CdtTrfTxInf");
    assert_str(xml_text(arena, xml_path(second, "Amt/InstdAmt")), "0.01");
    assert_null(xml_child(second, "RmtInf"));
}

static void a_payment_a_bank_would_bounce_is_refused_here(void **state)
{
    BankPayment payment = {STR("P1"), {100}, STR("Ana"), STR("1"), {0}, {0}};
    BankOrder order;
    Str xml;
    written(state, &order, &payment, 1);
    payment.amount.minor = 0;
    assert_err(pain_write(test_arena(state), &order, &xml), "pain.amount");
    payment.amount.minor = 1;
    payment.account = (Str){0};
    Err *err = pain_write(test_arena(state), &order, &xml);
    assert_err(err, "pain.account");
    assert_str(err->field, "payments.0.account");
    payment.account = STR("1");
    payment.end_to_end = STR("with space");
    assert_err(pain_write(test_arena(state), &order, &xml), "pain.reference");
    assert_true(iban_valid(STR("GB82 WEST 1234 5698 7654 32")));
    assert_false(iban_valid(STR("GB82 WEST 1234 5698 7654 33")));
}

static void a_status_report_says_what_bounced(void **state)
{
    Str message;
    BankAnswer all;
    BankAnswerList list;
    assert_fine(pain_report_read(test_arena(state),
                                 STR("<Document><CstmrPmtStsRpt><OrgnlGrpInfAndSts><OrgnlMsgId>MILLET-1</OrgnlMsgId><GrpSts>PART</GrpSts>"
                                     "</OrgnlGrpInfAndSts><OrgnlPmtInfAndSts><TxInfAndSts><OrgnlEndToEndId>P1</OrgnlEndToEndId><TxSts>RJCT</TxSts>"
                                     "<StsRsnInf><Rsn><Cd>AC04</Cd></Rsn></StsRsnInf></TxInfAndSts><TxInfAndSts><OrgnlEndToEndId>P2</OrgnlEndToEndId>"
                                     "<TxSts>ACSC</TxSts></TxInfAndSts></OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>"),
                                 &message, &all, &list));
    assert_str(message, "MILLET-1");
    assert_false(all.accepted || all.rejected);
    assert_int_equal(list.len, 2);
    assert_true(list.at[0].rejected && list.at[1].accepted);
    assert_str(list.at[0].reason, "AC04");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_checksum_is_the_one_of_the_standard),
        TEST(a_merchant_code_is_written_as_the_vector),
        TEST(a_merchant_code_is_read_back),
        TEST(a_chinese_name_stands_beside_a_plain_one),
        TEST(a_code_with_one_wrong_letter_is_refused),
        TEST(what_a_code_cannot_hold_is_named),
        TEST(a_statement_is_read_to_the_cent),
        TEST(a_statement_that_does_not_add_up_is_refused),
        TEST(a_batch_booking_becomes_its_payments),
        TEST(entries_that_are_not_booked_do_not_count),
        TEST(entities_and_document_types_are_never_read),
        TEST(a_bank_file_guesses_its_own_mapping),
        TEST(the_words_of_a_payment_are_found_under_many_heads),
        TEST(a_german_export_reads_with_decimal_commas_newest_first),
        TEST(a_missing_line_shows_in_the_balances),
        TEST(dates_are_read_in_the_order_that_was_said),
        TEST(a_payment_file_has_the_structure_a_bank_checks),
        TEST(a_payment_a_bank_would_bounce_is_refused_here),
        TEST(a_status_report_says_what_bounced),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
