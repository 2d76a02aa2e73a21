-- Everything the ledger asks the database.

-- ---- books ----

-- book_find(name Text) -> maybe Book
SELECT id, name, currency, places, made_at FROM book WHERE name = :name;

-- book_by_id(id Id) -> maybe Book
SELECT id, name, currency, places, made_at FROM book WHERE id = :id;

-- book_list() -> many Book
SELECT id, name, currency, places, made_at FROM book ORDER BY id;

-- book_add(id Id, name Text, currency Text, places Int, now Time) -> done
INSERT INTO book (id, name, currency, places, made_at) VALUES (:id, :name, :currency, :places, :now);

-- ---- accounts ----

-- account_row(id Id) -> maybe Account
SELECT id, book, account_key, person, org, code, name, flags, dr_posted, cr_posted, dr_pending, cr_pending, last_seq, opened_at
  FROM account WHERE id = :id;

-- account_state(id Id) -> maybe AccountState
SELECT id, book, flags, dr_posted, cr_posted, dr_pending, cr_pending, last_seq FROM account WHERE id = :id;

-- account_row_by_key(book Id, account_key Text) -> maybe Account
SELECT id, book, account_key, person, org, code, name, flags, dr_posted, cr_posted, dr_pending, cr_pending, last_seq, opened_at
  FROM account WHERE book = :book AND account_key = :account_key;

-- account_list(book Id, code Text, after Id, limit Int) -> many Account
SELECT id, book, account_key, person, org, code, name, flags, dr_posted, cr_posted, dr_pending, cr_pending, last_seq, opened_at
  FROM account WHERE book = :book AND (code, id) > (:code, :after) ORDER BY code, id LIMIT :limit;

-- account_list_of_person(person Id) -> many Account
SELECT id, book, account_key, person, org, code, name, flags, dr_posted, cr_posted, dr_pending, cr_pending, last_seq, opened_at
  FROM account WHERE person = :person ORDER BY code, id;

-- account_list_of_org(org Id) -> many Account
SELECT id, book, account_key, person, org, code, name, flags, dr_posted, cr_posted, dr_pending, cr_pending, last_seq, opened_at
  FROM account WHERE org = :org ORDER BY code, id;

-- account_each() -> each Account
SELECT id, book, account_key, person, org, code, name, flags, dr_posted, cr_posted, dr_pending, cr_pending, last_seq, opened_at
  FROM account ORDER BY id;

-- account_briefs() -> many AccountBrief
SELECT id, book, code, name FROM account WHERE last_seq > 0 ORDER BY id;

-- account_count() -> one LedgerCount
SELECT count(*) AS "total Int" FROM account;

-- account_add(id Id, book Id, account_key Text?, person Id?, org Id?, code Text, name Text, flags Int, now Time) -> done
INSERT INTO account (id, book, account_key, person, org, code, name, flags, dr_posted, cr_posted, dr_pending, cr_pending, last_seq, opened_at)
VALUES (:id, :book, :account_key, :person, :org, :code, :name, :flags, 0, 0, 0, 0, 0, :now);

-- account_counters_put(id Id, dr_posted Int, cr_posted Int, dr_pending Int, cr_pending Int, last_seq Int) -> done
UPDATE account SET dr_posted = :dr_posted, cr_posted = :cr_posted, dr_pending = :dr_pending, cr_pending = :cr_pending,
       last_seq = :last_seq
 WHERE id = :id;

-- account_flags_put(id Id, flags Int) -> done
UPDATE account SET flags = :flags WHERE id = :id;

-- ---- the journal ----

-- transfer_by_id(id Blob) -> maybe Transfer
SELECT seq, id, debit, credit, amount, kind, flags, refers, group_seq, effective_on, recorded_at, expires_at, actor, ref,
       dr_prev, cr_prev, dr_after, cr_after, hash
  FROM transfer WHERE id = :id;

-- transfer_by_seq(seq Int) -> maybe Transfer
SELECT seq, id, debit, credit, amount, kind, flags, refers, group_seq, effective_on, recorded_at, expires_at, actor, ref,
       dr_prev, cr_prev, dr_after, cr_after, hash
  FROM transfer WHERE seq = :seq;

-- transfer_each(after Int, last Int) -> each Transfer
SELECT seq, id, debit, credit, amount, kind, flags, refers, group_seq, effective_on, recorded_at, expires_at, actor, ref,
       dr_prev, cr_prev, dr_after, cr_after, hash
  FROM transfer WHERE seq > :after AND seq <= :last ORDER BY seq;

-- transfer_add(seq Int, id Blob, debit Id, credit Id, amount Int, kind Text, flags Int, refers Int, group_seq Int, effective_on Date, recorded_at Int, expires_at Int, actor Int, ref Text, dr_prev Int, cr_prev Int, dr_after Int, cr_after Int, hash Blob) -> done
INSERT INTO transfer (seq, id, debit, credit, amount, kind, flags, refers, group_seq, effective_on, recorded_at, expires_at, actor, ref,
       dr_prev, cr_prev, dr_after, cr_after, hash)
VALUES (:seq, :id, :debit, :credit, :amount, :kind, :flags, :refers, :group_seq, :effective_on, :recorded_at, :expires_at, :actor, :ref,
       :dr_prev, :cr_prev, :dr_after, :cr_after, :hash);

-- transfer_ids(last Int) -> each TransferId
SELECT id, seq FROM transfer INDEXED BY transfer_id WHERE seq <= :last ORDER BY id;
-- transfer_ids postgres
SELECT id, seq FROM transfer WHERE seq <= :last ORDER BY id;

-- account_trail(account Id) -> many AccountTrail
SELECT action, detail FROM audit
 WHERE subject = :account AND action IN ('ledger.account_open', 'ledger.account_freeze', 'ledger.account_thaw', 'ledger.account_close')
 ORDER BY n;

-- ledger_head_get() -> maybe LedgerHead
SELECT seq, hash, recorded_at, folded, latest_on FROM ledger_head WHERE id = 1;

-- ledger_head_put(seq Int, hash Blob, recorded_at Int, folded Int, latest_on Date) -> done
INSERT INTO ledger_head (id, seq, hash, recorded_at, folded, latest_on) VALUES (1, :seq, :hash, :recorded_at, :folded, :latest_on)
ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, hash = excluded.hash, recorded_at = excluded.recorded_at,
   folded = excluded.folded, latest_on = excluded.latest_on;

-- ---- holds and reversals ----

-- hold_by_seq(seq Int) -> maybe Hold
SELECT seq, state, expires_at, amount, posted, resolved_seq FROM hold WHERE seq = :seq;

-- hold_put(seq Int, state Text, expires_at Int, amount Int, posted Int, resolved_seq Int) -> done
INSERT INTO hold (seq, state, expires_at, amount, posted, resolved_seq)
VALUES (:seq, :state, :expires_at, :amount, :posted, :resolved_seq)
ON CONFLICT (seq) DO UPDATE SET state = excluded.state, posted = excluded.posted, resolved_seq = excluded.resolved_seq;

-- hold_list_due(now Int, limit Int) -> many HoldDue
SELECT h.seq, t.id FROM hold h JOIN transfer t ON t.seq = h.seq
 WHERE h.state = 'open' AND h.expires_at > 0 AND h.expires_at <= :now ORDER BY h.expires_at LIMIT :limit;

-- hold_each() -> each Hold
SELECT seq, state, expires_at, amount, posted, resolved_seq FROM hold ORDER BY seq;

-- reversal_of(original Int) -> maybe Reversal
SELECT original, seq FROM reversal WHERE original = :original;

-- reversal_add(original Int, seq Int) -> done
INSERT INTO reversal (original, seq) VALUES (:original, :seq);

-- reversal_each() -> each Reversal
SELECT original, seq FROM reversal ORDER BY original;

-- ---- balances at a point in time ----

-- account_day_fold(after Int, last Int) -> done
INSERT INTO account_day (day, account, dr, cr)
SELECT day, account, sum(dr), sum(cr)
  FROM (SELECT debit AS account, effective_on AS day, amount AS dr, 0 AS cr FROM transfer
         WHERE seq > :after AND seq <= :last AND flags & 1 = 0 AND amount > 0
        UNION ALL
        SELECT credit, effective_on, 0, amount FROM transfer
         WHERE seq > :after AND seq <= :last AND flags & 1 = 0 AND amount > 0) AS moved
 WHERE true
 GROUP BY day, account
ON CONFLICT (day, account) DO UPDATE SET dr = account_day.dr + excluded.dr, cr = account_day.cr + excluded.cr;

-- account_span_fold(after Int, last Int) -> done
INSERT INTO account_span (account, span, dr, cr)
SELECT account, span, sum(dr), sum(cr)
  FROM (SELECT debit AS account, effective_on / 32 AS span, amount AS dr, 0 AS cr FROM transfer
         WHERE seq > :after AND seq <= :last AND flags & 1 = 0 AND amount > 0
        UNION ALL
        SELECT credit, effective_on / 32, 0, amount FROM transfer
         WHERE seq > :after AND seq <= :last AND flags & 1 = 0 AND amount > 0) AS moved
 WHERE true
 GROUP BY account, span
ON CONFLICT (account, span) DO UPDATE SET dr = account_span.dr + excluded.dr, cr = account_span.cr + excluded.cr;

-- account_day_clear() -> done
DELETE FROM account_day;

-- account_span_clear() -> done
DELETE FROM account_span;

-- balance_list_now(day Date) -> many BalanceSum
SELECT id AS "account Id", dr_posted AS "dr Int", cr_posted AS "cr Int" FROM account
 WHERE last_seq > 0 AND (SELECT latest_on FROM ledger_head WHERE id = 1) <= :day
 ORDER BY id;

-- balance_list_on(day Date, span Int, span_begins Date) -> many BalanceSum
SELECT account AS "account Id", sum(dr) AS "dr Int", sum(cr) AS "cr Int"
  FROM (SELECT account, sum(dr) AS dr, sum(cr) AS cr FROM account_span WHERE span < :span GROUP BY account
        UNION ALL
        SELECT account, dr, cr FROM account_day WHERE day >= :span_begins AND day <= :day
        UNION ALL
        SELECT debit, sum(amount), 0 FROM transfer
         WHERE seq > (SELECT folded FROM ledger_head WHERE id = 1) AND effective_on <= :day AND flags & 1 = 0 GROUP BY debit
        UNION ALL
        SELECT credit, 0, sum(amount) FROM transfer
         WHERE seq > (SELECT folded FROM ledger_head WHERE id = 1) AND effective_on <= :day AND flags & 1 = 0 GROUP BY credit) AS parts
 GROUP BY account
 ORDER BY account;

-- balance_parts(spans Int, sign Int, begins Date, ends Date, day Date) -> each BalanceSum
SELECT account AS "account Id", dr AS "dr Int", cr AS "cr Int" FROM account_span WHERE span < :spans
UNION ALL
SELECT account, :sign * dr, :sign * cr FROM account_day WHERE day >= :begins AND day <= :ends
UNION ALL
SELECT debit, amount, 0 FROM transfer
 WHERE seq > (SELECT folded FROM ledger_head WHERE id = 1) AND effective_on <= :day AND flags & 1 = 0
UNION ALL
SELECT credit, 0, amount FROM transfer
 WHERE seq > (SELECT folded FROM ledger_head WHERE id = 1) AND effective_on <= :day AND flags & 1 = 0;

-- balance_list_at(seq Int) -> many BalanceSum
SELECT account AS "account Id", sum(dr) AS "dr Int", sum(cr) AS "cr Int"
  FROM (SELECT id AS account, dr_posted AS dr, cr_posted AS cr FROM account WHERE last_seq > 0
        UNION ALL
        SELECT debit, -sum(amount), 0 FROM transfer WHERE seq > :seq AND flags & 1 = 0 GROUP BY debit
        UNION ALL
        SELECT credit, 0, -sum(amount) FROM transfer WHERE seq > :seq AND flags & 1 = 0 GROUP BY credit) AS parts
 GROUP BY account
 ORDER BY account;

-- balance_on(account Id, day Date, span Int, span_begins Date) -> one BalanceSum
SELECT :account AS "account Id", coalesce(sum(dr), 0) AS "dr Int", coalesce(sum(cr), 0) AS "cr Int"
  FROM (SELECT dr, cr FROM account_span WHERE account = :account AND span < :span
        UNION ALL
        SELECT dr, cr FROM account_day WHERE account = :account AND day >= :span_begins AND day <= :day
        UNION ALL
        SELECT CASE WHEN debit = :account THEN amount ELSE 0 END, CASE WHEN credit = :account THEN amount ELSE 0 END FROM transfer
         WHERE seq > (SELECT folded FROM ledger_head WHERE id = 1) AND effective_on <= :day AND flags & 1 = 0
           AND (debit = :account OR credit = :account)) AS parts;

-- account_day_each() -> each AccountDay
SELECT day, account, dr, cr FROM account_day;

-- account_span_each() -> each AccountSpan
SELECT account, span, dr, cr FROM account_span;

-- account_span_wrong() -> one LedgerCount
SELECT count(*) AS "total Int"
  FROM (SELECT account, day / 32 AS span, sum(dr) AS dr, sum(cr) AS cr FROM account_day GROUP BY account, day / 32
        EXCEPT
        SELECT account, span, dr, cr FROM account_span) AS wrong;

-- hold_count() -> one HoldCount
SELECT count(*) AS "total Int", coalesce(sum(CASE WHEN state = 'open' THEN 1 ELSE 0 END), 0) AS "open Int" FROM hold;

-- reversal_count() -> one LedgerCount
SELECT count(*) AS "total Int" FROM reversal;

-- transfer_last() -> one LedgerCount
SELECT coalesce(max(seq), 0) AS "total Int" FROM transfer;

-- transfer_count() -> one LedgerCount
SELECT count(*) AS "total Int" FROM transfer;

-- ---- anchors ----

-- anchor_by_day(day Date) -> maybe Anchor
SELECT day, last_seq, hash, root, dr_total, cr_total, accounts, made_at FROM anchor WHERE day = :day;

-- anchor_last() -> maybe Anchor
SELECT day, last_seq, hash, root, dr_total, cr_total, accounts, made_at FROM anchor ORDER BY day DESC LIMIT 1;

-- anchor_list(before Date, limit Int) -> many Anchor
SELECT day, last_seq, hash, root, dr_total, cr_total, accounts, made_at FROM anchor WHERE day < :before ORDER BY day DESC LIMIT :limit;

-- anchor_all() -> many Anchor
SELECT day, last_seq, hash, root, dr_total, cr_total, accounts, made_at FROM anchor ORDER BY day;

-- anchor_add(day Date, last_seq Int, hash Blob, root Blob, dr_total Int, cr_total Int, accounts Int, now Time) -> count
INSERT INTO anchor (day, last_seq, hash, root, dr_total, cr_total, accounts, made_at)
VALUES (:day, :last_seq, :hash, :root, :dr_total, :cr_total, :accounts, :now)
ON CONFLICT (day) DO NOTHING;

-- ---- years that were closed ----

-- closing_insert(id Id, day Date, result Int, lines Int, by Id?, now Time) -> done
INSERT INTO closing (id, day, result, lines, by, made_at, undone_by, undone_at) VALUES (:id, :day, :result, :lines, :by, :now, NULL, NULL);

-- closing_by_id(id Id) -> maybe Closing
SELECT id, day, result, lines, by, made_at, undone_by, undone_at FROM closing WHERE id = :id;

-- closing_list(limit Int) -> many Closing
SELECT id, day, result, lines, by, made_at, undone_by, undone_at FROM closing ORDER BY day DESC, id DESC LIMIT :limit;

-- closing_count_later(day Date, id Id) -> one LedgerCount
SELECT count(*) AS "total Int" FROM closing WHERE undone_at IS NULL AND (day > :day OR (day = :day AND id > :id));

-- closing_undo(id Id, by Id?, now Time) -> count
UPDATE closing SET undone_by = :by, undone_at = :now WHERE id = :id AND undone_at IS NULL;

-- treasurer_called(name Text, org Id, now Time) -> many LedgerPerson
SELECT p.id FROM person p JOIN role_grant g ON g.person = p.id
 WHERE p.state = 'active' AND p.sign_key = :name AND g.org = :org AND g.role = 'treasurer' AND (g.until IS NULL OR g.until > :now) LIMIT 2;
