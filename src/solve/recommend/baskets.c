/* Interactions from text to rows by user. */
#include "solve/recommend/baskets.h"

#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/text.h"

enum { NAME_MAX_BYTES = 200, PAIRS_MAX = 200000000 };

struct NameBook {
    Arena *arena;
    uint32_t *slot; /* number + 1, open addressing */
    size_t room, len, at_room;
    Str *at;
};

NameBook *names_new(Arena *arena)
{
    NameBook *book = NEW(arena, NameBook);
    book->arena = arena;
    return book;
}

size_t names_len(const NameBook *book)
{
    return book->len;
}

Str names_at(const NameBook *book, size_t number)
{
    return number < book->len ? book->at[number] : (Str){0};
}

static uint64_t hash_of(Str s)
{
    uint64_t hash = 1469598103934665603u; /* FNV-1a */
    for (size_t i = 0; i < s.len; i++)
        hash = (hash ^ (unsigned char)s.at[i]) * 1099511628211u;
    return hash ^ hash >> 29;
}

static void book_grow(NameBook *book)
{
    book->room = book->room ? book->room * 2 : 4096;
    book->slot = NEW_ARRAY(book->arena, uint32_t, book->room);
    for (size_t i = 0; i < book->len; i++) {
        size_t at = hash_of(book->at[i]) & (book->room - 1);
        while (book->slot[at])
            at = (at + 1) & (book->room - 1);
        book->slot[at] = (uint32_t)i + 1;
    }
}

static uint32_t book_number(NameBook *book, Str name)
{
    if (book->len * 2 >= book->room)
        book_grow(book);
    size_t at = hash_of(name) & (book->room - 1);
    while (book->slot[at]) {
        if (str_eq(book->at[book->slot[at] - 1], name))
            return book->slot[at] - 1;
        at = (at + 1) & (book->room - 1);
    }
    if (book->len == book->at_room) {
        book->at_room = book->at_room ? book->at_room * 2 : 4096;
        Str *wider = NEW_ARRAY(book->arena, Str, book->at_room);
        if (book->len)
            memcpy(wider, book->at, book->len * sizeof *wider);
        book->at = wider;
    }
    book->at[book->len] = str_copy(book->arena, name);
    book->slot[at] = (uint32_t)++book->len;
    return (uint32_t)book->len - 1;
}

size_t names_number(NameBook *book, Str name, bool add)
{
    size_t before = book->len, number = book_number(book, name);
    if (!add && book->len > before) { /* not known: take it out again, newest and alone in its slot */
        size_t at = hash_of(name) & (book->room - 1);
        while (book->slot[at] != number + 1)
            at = (at + 1) & (book->room - 1);
        book->slot[at] = 0;
        book->len = before;
        return SIZE_MAX;
    }
    return number;
}

typedef struct Pair {
    uint32_t user, item, order;
} Pair;

typedef struct Pairs {
    Pair *at;
    size_t len, room;
    size_t refused;
    bool too_many;
    Str first;
    Arena *arena;
} Pairs;

static void pair_add(Pairs *pairs, uint32_t user, uint32_t item)
{
    if (pairs->len == PAIRS_MAX) {
        pairs->too_many = true;
        return;
    }
    if (pairs->len == pairs->room) {
        pairs->room = pairs->room ? pairs->room * 2 : 1 << 16;
        pairs->at = realloc(pairs->at, array_bytes(pairs->room, sizeof *pairs->at));
        if (!pairs->at)
            abort();
    }
    pairs->at[pairs->len] = (Pair){user, item, (uint32_t)pairs->len};
    pairs->len++;
}

static void refuse(Pairs *pairs, size_t line, const char *why)
{
    enum { NAMED = 20 };
    if (pairs->refused++ < NAMED)
        pairs->first = pairs->first.len ? str_format(pairs->arena, "%.*s\nline %zu: %s", STR_ARG(pairs->first), line, why)
                                        : str_format(pairs->arena, "line %zu: %s", line, why);
}

static bool is_name(Str s)
{
    return s.len > 0 && s.len <= NAME_MAX_BYTES && utf8_valid(s);
}

static bool next_word(Str *rest, Str *word)
{
    *rest = str_trim(*rest);
    size_t len = 0;
    while (len < rest->len && rest->at[len] != ' ' && rest->at[len] != '\t')
        len++;
    *word = str_slice(*rest, 0, len);
    *rest = str_slice(*rest, len, rest->len);
    return len > 0;
}

static void read_lines(Str text, NameBook *users, NameBook *items, Pairs *pairs)
{
    Str line, word;
    for (size_t number = 1; text.len; number++) {
        str_cut(text, '\n', &line, &text);
        if (!next_word(&line, &word))
            continue;
        if (!is_name(word)) {
            refuse(pairs, number, "the user is too long or not UTF-8");
            continue;
        }
        uint32_t user = book_number(users, word);
        while (next_word(&line, &word)) {
            if (is_name(word))
                pair_add(pairs, user, book_number(items, word));
            else
                refuse(pairs, number, "an item is too long or not UTF-8");
        }
    }
}

static Err *read_csv(Arena *arena, Str text, NameBook *users, NameBook *items, Pairs *pairs)
{
    Csv csv = csv_open(arena, text, 0);
    StrList row;
    bool more = true;
    while (more) {
        Err *err = csv_row(&csv, &row, &more);
        if (err) {
            refuse(pairs, csv.line, "a quote is not closed, or there are too many fields");
            more = true;
            continue;
        }
        if (!more)
            break;
        if (csv.line == 1 && row.len > 1 && str_eq_nocase(str_trim(row.at[0]), STR("user")))
            continue; /* the header */
        double weight = 1;
        if (row.len < 2 || !str_trim(row.at[0]).len || !str_trim(row.at[1]).len)
            refuse(pairs, csv.line, "user,item expected");
        else if (!is_name(str_trim(row.at[0])) || !is_name(str_trim(row.at[1])))
            refuse(pairs, csv.line, "the user or the item is too long or not UTF-8");
        else if (row.len > 2 && str_trim(row.at[2]).len && (!str_to_real(str_trim(row.at[2]), &weight) || weight < 0))
            refuse(pairs, csv.line, "the weight must be a number of at least 0");
        else if (weight > 0)
            pair_add(pairs, book_number(users, str_trim(row.at[0])), book_number(items, str_trim(row.at[1])));
    }
    return NULL;
}

static int by_user_item(const void *a, const void *b)
{
    const Pair *x = a, *y = b;
    if (x->user != y->user)
        return x->user < y->user ? -1 : 1;
    if (x->item != y->item)
        return x->item < y->item ? -1 : 1;
    return (x->order > y->order) - (x->order < y->order);
}

static int by_user_order(const void *a, const void *b)
{
    const Pair *x = a, *y = b;
    if (x->user != y->user)
        return x->user < y->user ? -1 : 1;
    return (x->order > y->order) - (x->order < y->order);
}

static void rows_make(Arena *arena, Pairs *pairs, size_t users, size_t items, Baskets *out)
{
    size_t kept = 0;
    if (pairs->len)
        qsort(pairs->at, pairs->len, sizeof *pairs->at, by_user_item);
    for (size_t i = 0; i < pairs->len; i++)
        if (i == 0 || pairs->at[i].user != pairs->at[i - 1].user || pairs->at[i].item != pairs->at[i - 1].item)
            pairs->at[kept++] = pairs->at[i];
    if (kept)
        qsort(pairs->at, kept, sizeof *pairs->at, by_user_order);
    uint32_t *item = NEW_ARRAY(arena, uint32_t, kept + 1);
    size_t *start = NEW_ARRAY(arena, size_t, users + 1), at = 0;
    for (size_t u = 0; u < users; u++) {
        start[u] = at;
        for (; at < kept && pairs->at[at].user == u; at++)
            item[at] = pairs->at[at].item;
    }
    start[users] = at;
    *out = (Baskets){.users = users, .items = items, .item = item, .start = start};
}

Err *baskets_read(Arena *arena, Str text, NameBook *users, NameBook *items, Baskets *out, size_t *refused, Str *first_refused)
{
    Pairs pairs = {.arena = arena};
    Str head;
    str_cut(text, '\n', &head, &(Str){0});
    bool comma = str_find(head, STR(",")) != SIZE_MAX || str_find(head, STR(";")) != SIZE_MAX;
    if (str_starts(text, STR("\xFF\xFE")) || str_starts(text, STR("\xFE\xFF")))
        return err_detail(arena, ERR_INVALID, "baskets.format", "the file is UTF-16; save it in UTF-8");
    if (comma)
        TRY(read_csv(arena, text, users, items, &pairs));
    else
        read_lines(text, users, items, &pairs);
    if (pairs.too_many) {
        free(pairs.at);
        return err_detail(arena, ERR_INVALID, "baskets.too_large", "more than %d pairs of user and item; give fewer, such as the newest", PAIRS_MAX);
    }
    rows_make(arena, &pairs, users->len, items->len, out);
    free(pairs.at);
    *refused = pairs.refused;
    *first_refused = pairs.first;
    return out->start[out->users] ? NULL : err_detail(arena, ERR_INVALID, "baskets.empty", "no usable line; %.*s", STR_ARG(pairs.first.len ? pairs.first : STR("the file is empty")));
}

void baskets_split(Arena *arena, const Baskets *all, double share, Baskets *train, Baskets *held)
{
    size_t total = all->start[all->users], kept = 0, out = 0;
    uint32_t *a = NEW_ARRAY(arena, uint32_t, total + 1), *b = NEW_ARRAY(arena, uint32_t, total + 1);
    size_t *a_start = NEW_ARRAY(arena, size_t, all->users + 1), *b_start = NEW_ARRAY(arena, size_t, all->users + 1);
    for (size_t u = 0; u < all->users; u++) {
        size_t n = all->start[u + 1] - all->start[u], hold = n < 3 ? 0 : (size_t)((double)n * share + 0.5);
        for (size_t i = 0; i < n; i++) {
            /* spread over the row: many exports list a user's items sorted, and the last ones would all be alike */
            bool taken = hold && (i + 1) * hold / n != i * hold / n;
            if (taken)
                b[out++] = all->item[all->start[u] + i];
            else
                a[kept++] = all->item[all->start[u] + i];
        }
        a_start[u + 1] = kept;
        b_start[u + 1] = out;
    }
    *train = (Baskets){all->users, all->items, a, a_start};
    *held = (Baskets){all->users, all->items, b, b_start};
}
