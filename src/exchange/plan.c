/* What a bundle carries, in which order, and the SQL for it. */
#include "exchange/plan.h"

#include <string.h>

enum { SQL_MAX = 64 * 1024 };

/* ---- what is left out ---- */

typedef enum Rule { RULE_SECRET = 1, RULE_SIGN_IN, RULE_PASSING } Rule;

typedef struct TableRule {
    const char *table;
    Rule rule;
    const char *why;
} TableRule;

/* Tables whose migration says nothing of it. New ones say "-- derived", "-- secret" or "-- passing" above themselves. */
static const TableRule rules[] = {
    {"api_token", RULE_SIGN_IN, "secret: tokens of programs; carried, as hashes, with --with-sign-in"},
    {"cart", RULE_PASSING, "passing: baskets that were not ordered, known by a browser's cookie"},
    {"cart_line", RULE_PASSING, "passing: baskets that were not ordered"},
    {"commit_mark", RULE_PASSING, "passing: what each process wrote last"},
    {"cycle_pass", RULE_PASSING, "passing: who stood in a checkout when a cycle closed"},
    {"id_node", RULE_PASSING, "passing: which process mints ids"},
    {"job", RULE_PASSING, "passing: when the jobs of that machine ran"},
    {"known_device", RULE_SECRET, "secret: browsers that signed in before"},
    {"once_answer", RULE_PASSING, "passing: answers kept for requests that are sent again"},
    {"outbox", RULE_PASSING, "passing: messages that were about to go out; both places would send them"},
    {"password", RULE_SIGN_IN, "secret: password hashes; carried with --with-sign-in"},
    {"pay_upload", RULE_PASSING, "passing: files of banks that wait for their mapping, kept for a day"},
    {"recovery_code", RULE_SIGN_IN, "secret: recovery codes; carried, as hashes, with --with-sign-in"},
    {"session", RULE_SECRET, "secret: browsers that are signed in"},
    {"slip", RULE_SECRET, "secret: printed slips to sign in with, good for a day"},
};

static const char *left_out(const TableDef *def, bool sign_in)
{
    if (strcmp(def->mark, "derived") == 0)
        return "derived: made again from the other tables";
    if (strcmp(def->mark, "secret") == 0)
        return "secret: its migration says so";
    if (strcmp(def->mark, "passing") == 0)
        return "passing: its migration says so";
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        if (strcmp(def->name, rules[i].table) == 0)
            return sign_in && rules[i].rule == RULE_SIGN_IN ? NULL : rules[i].why;
    return NULL;
}

/* Settings are carried but for the keys this installation made for itself. */
static const char *where_of(const TableDef *def)
{
    return strcmp(def->name, "setting") == 0 ? "name NOT LIKE '%.key' AND name NOT LIKE '%secret'" : NULL;
}

/* ---- the order ---- */

static int place_of(const Plan *plan, const char *table)
{
    for (size_t i = 0; i < plan->len; i++)
        if (strcmp(plan->tables[i].def->name, table) == 0)
            return (int)i;
    return -1;
}

/* Whether all that def refers to is placed; force: nullable references may wait, and become late. */
static bool may_stand(const Plan *plan, const TableDef *def, bool force, bool sign_in)
{
    for (size_t i = 0; i < def->columns_len; i++) {
        const TableColumn *column = &def->columns[i];
        if (!column->references || place_of(plan, column->references) >= 0)
            continue;
        bool own = strcmp(column->references, def->name) == 0;
        if (!column->null || !(own || force))
            return false;
    }
    (void)sign_in;
    return true;
}

static void put_table(Arena *arena, Plan *plan, const TableDef *def)
{
    PlanTable *table = &plan->tables[plan->len];
    *table = (PlanTable){.def = def, .late = NEW_ARRAY(arena, bool, def->columns_len + 1), .where = where_of(def)};
    for (size_t i = 0; i < def->columns_len; i++) {
        table->late[i] = def->columns[i].references && place_of(plan, def->columns[i].references) < 0;
        table->any_late = table->any_late || table->late[i];
    }
    plan->len++;
}

static bool is_placed(const Plan *plan, const TableDef *def)
{
    return place_of(plan, def->name) >= 0;
}

/* One more table, the first by name that can stand; false when none can. */
static bool place_one(Arena *arena, Plan *plan, bool force, bool sign_in)
{
    for (const TableDef *def = house_tables; def->name; def++)
        if (!left_out(def, sign_in) && !is_placed(plan, def) && may_stand(plan, def, force, sign_in)) {
            put_table(arena, plan, def);
            return true;
        }
    return false;
}

Err *plan_make(Arena *arena, bool sign_in, Plan *out)
{
    size_t len = 0, carried = 0;
    for (const TableDef *def = house_tables; def->name; def++, len++)
        carried += !left_out(def, sign_in);
    *out = (Plan){.tables = NEW_ARRAY(arena, PlanTable, len + 1), .left = NEW_ARRAY(arena, PlanLeft, len + 1)};
    for (const TableDef *def = house_tables; def->name; def++)
        if (left_out(def, sign_in))
            out->left[out->left_len++] = (PlanLeft){def->name, left_out(def, sign_in)};
    while (out->len < carried)
        if (!place_one(arena, out, false, sign_in) && !place_one(arena, out, true, sign_in))
            return err_detail(arena, ERR_BROKEN, "bundle.circle", "%zu of %zu tables stand", out->len, carried);
    return NULL;
}

const PlanTable *plan_table(const Plan *plan, Str name)
{
    for (size_t i = 0; i < plan->len; i++)
        if (str_eq(str_of(plan->tables[i].def->name), name))
            return &plan->tables[i];
    return NULL;
}

/* ---- SQL ---- */

static ColumnType type_of(const TableColumn *column)
{
    return strcmp(column->word, "TEXT") == 0   ? COL_TEXT
           : strcmp(column->word, "BLOB") == 0 ? COL_BLOB
           : strcmp(column->word, "REAL") == 0 ? COL_REAL
                                               : COL_INT;
}

static size_t cell_offset(ColumnType type)
{
    return type == COL_TEXT || type == COL_BLOB ? offsetof(Cell, text)
           : type == COL_REAL                   ? offsetof(Cell, real)
                                                : offsetof(Cell, integer);
}

static bool has_key(const TableDef *def)
{
    for (size_t i = 0; i < def->columns_len; i++)
        if (def->columns[i].key)
            return true;
    return false;
}

/* By the key, or by all columns of a table that has none. */
static void add_order(Buf *sql, const TableDef *def)
{
    const char *comma = "";
    if (!has_key(def)) {
        for (size_t i = 0; i < def->columns_len; i++, comma = ", ")
            buf_addf(sql, "%s\"%s\" NULLS FIRST", comma, def->columns[i].name);
        return;
    }
    for (int place = 1; place <= (int)def->columns_len; place++)
        for (size_t i = 0; i < def->columns_len; i++)
            if (def->columns[i].key == place) {
                buf_addf(sql, "%s\"%s\"", comma, def->columns[i].name);
                comma = ", ";
            }
}

const Statement *plan_select(Arena *arena, const PlanTable *table)
{
    const TableDef *def = table->def;
    Buf sql = buf_new(arena, SQL_MAX);
    Column *columns = NEW_ARRAY(arena, Column, def->columns_len);
    buf_add(&sql, STR("SELECT "));
    for (size_t i = 0; i < def->columns_len; i++) {
        ColumnType type = type_of(&def->columns[i]);
        size_t cell = i * sizeof(Cell);
        columns[i] = (Column){.name = def->columns[i].name,
                              .type = type,
                              .offset = cell + cell_offset(type),
                              .has_offset = cell + offsetof(Cell, has)};
        buf_addf(&sql, "%s\"%s\"", i ? ", " : "", def->columns[i].name);
    }
    buf_addf(&sql, " FROM \"%s\"%s%s ORDER BY ", def->name, table->where ? " WHERE " : "", table->where ? table->where : "");
    add_order(&sql, def);
    Statement *statement = NEW(arena, Statement);
    *statement = (Statement){.name = def->name,
                             .sqlite = str_z(arena, buf_str(&sql)),
                             .columns = columns,
                             .columns_len = def->columns_len,
                             .row_size = def->columns_len * sizeof(Cell)};
    statement->postgres = statement->sqlite;
    return statement;
}

/* Both databases at once: ?1 and $1. */
static void add_number(Buf *sqlite, Buf *postgres, size_t number)
{
    buf_addf(sqlite, "?%zu", number);
    buf_addf(postgres, "$%zu", number);
}

static void add_both(Buf *sqlite, Buf *postgres, Str text)
{
    buf_add(sqlite, text);
    buf_add(postgres, text);
}

static const Statement *write_statement(Arena *arena, const TableDef *def, Buf *sqlite, Buf *postgres, const ColumnType *types, size_t len)
{
    Statement *statement = NEW(arena, Statement);
    *statement = (Statement){.name = def->name,
                             .sqlite = str_z(arena, buf_str(sqlite)),
                             .postgres = str_z(arena, buf_str(postgres)),
                             .writes = true,
                             .params = types,
                             .params_len = len};
    return statement;
}

const Statement *plan_insert(Arena *arena, const PlanTable *table, const bool *given, size_t rows)
{
    const TableDef *def = table->def;
    Buf sqlite = buf_new(arena, SQL_MAX), postgres = buf_new(arena, SQL_MAX);
    ColumnType *types = NEW_ARRAY(arena, ColumnType, rows * def->columns_len);
    size_t len = 0;
    add_both(&sqlite, &postgres, str_format(arena, "INSERT INTO \"%s\" (", def->name));
    const char *comma = "";
    for (size_t i = 0; i < def->columns_len; i++)
        if (given[i]) {
            add_both(&sqlite, &postgres, str_format(arena, "%s\"%s\"", comma, def->columns[i].name));
            comma = ", ";
        }
    for (size_t row = 0; row < rows; row++) {
        add_both(&sqlite, &postgres, row ? STR("), (") : STR(") VALUES ("));
        comma = "";
        for (size_t i = 0; i < def->columns_len; i++)
            if (given[i]) {
                types[len++] = type_of(&def->columns[i]);
                add_both(&sqlite, &postgres, str_of(comma));
                add_number(&sqlite, &postgres, len);
                comma = ", ";
            }
    }
    add_both(&sqlite, &postgres, STR(")"));
    return write_statement(arena, def, &sqlite, &postgres, types, len);
}

const Statement *plan_fill(Arena *arena, const PlanTable *table)
{
    const TableDef *def = table->def;
    Buf sqlite = buf_new(arena, SQL_MAX), postgres = buf_new(arena, SQL_MAX);
    ColumnType *types = NEW_ARRAY(arena, ColumnType, 2 * def->columns_len);
    size_t len = 0;
    if (!table->any_late)
        return NULL;
    add_both(&sqlite, &postgres, str_format(arena, "UPDATE \"%s\" SET ", def->name));
    for (int key = 0; key < 2; key++) {
        const char *between = "";
        for (size_t i = 0; i < def->columns_len; i++) {
            if (key ? !def->columns[i].key : !table->late[i])
                continue;
            types[len++] = type_of(&def->columns[i]);
            add_both(&sqlite, &postgres, str_format(arena, "%s\"%s\" = ", between, def->columns[i].name));
            add_number(&sqlite, &postgres, len);
            between = key ? " AND " : ", ";
        }
        add_both(&sqlite, &postgres, key ? STR("") : STR(" WHERE "));
    }
    return write_statement(arena, def, &sqlite, &postgres, types, len);
}

Param plan_param(const TableColumn *column, const Cell *cell)
{
    return (Param){.type = type_of(column), .null = !cell->has, .integer = cell->integer, .real = cell->real, .text = cell->text};
}
