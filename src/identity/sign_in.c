/* Signing in: by password, by a recovery code, by a slip. Wrong tries slow down; a right code or slip link always
 * works. */
#include "identity/sign_in.h"

#include <arpa/inet.h>
#include <string.h>

#include "identity/people.h"
#include "identity/secret.h"

enum { RECOVERY_CODES = 10, RECOVERY_LETTERS = 12, SLIP_DIGITS = 12, SLIP_LETTERS = 26, KNOWN_DEVICES_MAX = 20 };

/* An address as tries count it: one IPv4 address, or one /64, which is what one household gets. Empty: this machine
   itself, which is not counted (a whole village may sit behind a proxy that nobody told us of). */
static Str address_key(Arena *arena, Str address)
{
    struct in6_addr six;
    const char *text = str_z(arena, address);
    if (str_starts(address, STR("127.")) || str_eq(address, STR("::1")) || !address.len)
        return (Str){0};
    if (inet_pton(AF_INET6, text, &six) == 1 && !IN6_IS_ADDR_V4MAPPED(&six))
        return str_copy(arena, (Str){(const char *)six.s6_addr, 8});
    return address;
}

/* Whose tries count where: a browser that signed in before as this person has a count of its own, so that strangers who
   guess at somebody's name do not make them wait. */
typedef struct Counts {
    TryKind kind;
    Str key, address;
} Counts;

static Err *counts_of(Db *db, const SignIn *in, Id person, Counts *out)
{
    Arena *arena = db->arena;
    Str known = secret_hash(arena, "millet.device", in->device_token);
    KnownDevice device;
    bool found = false;
    if (in->device_token.len)
        TRY(known_device_person(db, known, &device, &found));
    if (found && person && device.person == person)
        *out = (Counts){TRY_DEVICE, known, {0}};
    else
        *out = (Counts){TRY_ACCOUNT, sign_key_of(arena, in->typed), address_key(arena, in->address)};
    return NULL;
}

static Err *wait_over(Arena *arena, const Counts *counts, Time now)
{
    int64_t wait = tries_wait(counts->kind, counts->key, now);
    int64_t address = counts->address.len ? tries_wait(TRY_ADDRESS, counts->address, now) : 0;
    if (address > wait)
        wait = address;
    if (wait <= 0)
        return NULL;
    Err *err = err_new(arena, ERR_BUSY, "limit.sign_in");
    return err_arg(arena, err, "minutes", str_format(arena, "%lld", (long long)((wait + MINUTE_MS - 1) / MINUTE_MS)));
}

static void count_wrong(const Counts *counts, Time now)
{
    tries_wrong(counts->kind, counts->key, now);
    if (counts->address.len)
        tries_wrong(TRY_ADDRESS, counts->address, now);
    metric_add("millet_sign_ins_total", "result=\"wrong\"", 1);
}

Err *sign_in_check(Db *db, Time now, const SignIn *in, Person *out, bool *outdated)
{
    Arena *arena = db->arena;
    Counts counts;
    Password kept = {0};
    bool found, has_password = false, right;
    TRY(person_find(db, in->typed, out, &found));
    TRY(counts_of(db, in, found ? out->id : 0, &counts));
    TRY(wait_over(arena, &counts, now));
    if (found)
        TRY(password_of(db, out->id, &kept, &has_password));
    /* Somebody unknown costs the same time and gets the same answer. */
    TRY(password_verify(arena, has_password ? kept.hash : (Str){0}, in->password, &right, outdated));
    if (!right) {
        count_wrong(&counts, now);
        return err_field(arena, "sign_in.wrong", "password");
    }
    tries_forget(counts.kind, counts.key);
    metric_add("millet_sign_ins_total", "result=\"right\"", 1);
    return NULL;
}

Err *password_again(Db *db, Time now, Id person, Str password)
{
    Arena *arena = db->arena;
    Counts counts = {TRY_ACCOUNT, id_text(arena, person), {0}};
    Password kept = {0};
    bool has_password, right, outdated;
    TRY(wait_over(arena, &counts, now));
    TRY(password_of(db, person, &kept, &has_password));
    TRY(password_verify(arena, has_password ? kept.hash : (Str){0}, password, &right, &outdated));
    if (!right) {
        count_wrong(&counts, now);
        return err_field(arena, "sign_in.wrong_again", "password");
    }
    tries_forget(counts.kind, counts.key);
    return NULL;
}

/* ---- known devices ---- */

Str device_mint(Arena *arena)
{
    return secret_letters(arena, SLIP_LETTERS);
}

Err *device_remember(Tx *tx, Time now, Id person, Str token)
{
    int64_t dropped;
    TRY(known_device_insert(tx, id_mint(), person, secret_hash(tx->db.arena, "millet.device", token), now));
    return known_device_drop_oldest(tx, person, KNOWN_DEVICES_MAX, &dropped);
}

Err *device_known(Db *db, Id person, Str token, bool *known)
{
    KnownDevice device;
    *known = false;
    if (!token.len)
        return NULL;
    TRY(known_device_person(db, secret_hash(db->arena, "millet.device", token), &device, known));
    *known = *known && device.person == person;
    return NULL;
}

/* ---- recovery codes: 60 random bits each, so neither a slow hash nor a limit is needed against guessing ---- */

static Str code_hash(Arena *arena, Id person, Str code)
{
    return secret_hash(arena, "millet.recovery",
                       str_format(arena, "%.*s %.*s", STR_ARG(id_text(arena, person)), STR_ARG(code)));
}

void recovery_mint(Arena *arena, StrList *codes)
{
    *codes = (StrList){NEW_ARRAY(arena, Str, RECOVERY_CODES), RECOVERY_CODES};
    for (size_t i = 0; i < codes->len; i++)
        codes->at[i] = secret_groups(arena, secret_letters(arena, RECOVERY_LETTERS), 4);
}

Err *recovery_put(Tx *tx, Time now, Id person, StrList codes)
{
    Arena *arena = tx->db.arena;
    int64_t dropped;
    TRY(recovery_code_drop_all(tx, person, &dropped)); /* new ones replace the old sheet */
    for (size_t i = 0; i < codes.len; i++)
        TRY(recovery_code_insert(tx, id_mint(), person, code_hash(arena, person, secret_typed(arena, codes.at[i])),
                                 now));
    return audit(tx, now, person, "recovery.make", person, (Str){0});
}

Err *recovery_take(Tx *tx, Time now, Id person, Str typed)
{
    Arena *arena = tx->db.arena;
    Str code = secret_typed(arena, typed);
    int64_t used = 0;
    if (person && code.len == RECOVERY_LETTERS)
        TRY(recovery_code_use(tx, person, code_hash(arena, person, code), now, &used));
    if (!used)
        return err_field(arena, "sign_in.code_wrong", "code");
    return audit(tx, now, person, "recovery.use", person, (Str){0});
}

/* ---- slips ---- */

Err *slip_mint(Arena *arena, Id person, Id by, NewSlip *out)
{
    Str digits = secret_digits(arena, SLIP_DIGITS);
    *out = (NewSlip){.id = id_mint(), .person = person, .by = by, .link = secret_letters(arena, SLIP_LETTERS)};
    out->digits = secret_groups(arena, digits, 4);
    out->link_hash = secret_hash(arena, "millet.slip", out->link);
    return password_hash(arena, digits,
                         &out->digits_hash); /* 40 bits: only a slow hash keeps a stolen copy useless for a day */
}

Err *slip_put(Tx *tx, Time now, const NewSlip *slip)
{
    Person person;
    int64_t dropped;
    TRY(person_must(&tx->db, slip->person, &person));
    if (!str_eq(person.state, STR("active")))
        return err_new(tx->db.arena, ERR_CONFLICT, "slip.not_active");
    TRY(slip_drop_all(tx, slip->person, &dropped)); /* the newest counts */
    TRY(slip_insert(tx, &(SlipInsertArgs){.id = slip->id,
                                          .person = slip->person,
                                          .link_hash = slip->link_hash,
                                          .digits_hash = slip->digits_hash,
                                          .given_by = slip->by,
                                          .now = now,
                                          .until = {now.ms + SLIP_MS}}));
    return audit(tx, now, slip->by, "slip.print", slip->person, (Str){0});
}

Err *slip_find(Db *db, Time now, Str link, SlipPerson *out)
{
    bool found = false;
    if (link.len == SLIP_LETTERS)
        TRY(slip_by_link(db, secret_hash(db->arena, "millet.slip", secret_typed(db->arena, link)), now, out, &found));
    return found ? NULL : err_new(db->arena, ERR_MISSING, "slip.gone");
}

/* The twelve digits under the QR: guessed at most as often as a password. */
Err *slip_check(Db *db, Time now, const SignIn *in, SlipPerson *out)
{
    Arena *arena = db->arena;
    Person person;
    Counts counts = {TRY_SLIP, sign_key_of(arena, in->typed), address_key(arena, in->address)};
    bool found, has_slip = false, right, outdated;
    TRY(wait_over(arena, &counts, now));
    TRY(person_find(db, in->typed, &person, &found));
    if (found)
        TRY(slip_newest(db, person.id, now, out, &has_slip));
    TRY(password_verify(arena, has_slip ? out->digits_hash : (Str){0}, secret_typed(arena, in->password), &right,
                        &outdated));
    if (!right) {
        count_wrong(&counts, now);
        return err_field(arena, "slip.wrong", "code");
    }
    tries_forget(counts.kind, counts.key);
    return NULL;
}

Err *slip_take(Tx *tx, Time now, const SlipPerson *slip)
{
    int64_t used;
    TRY(slip_use(tx, slip->id, now, &used));
    if (!used)
        return err_new(tx->db.arena, ERR_MISSING, "slip.gone");
    return audit(tx, now, slip->person, "slip.use", slip->person, (Str){0});
}
