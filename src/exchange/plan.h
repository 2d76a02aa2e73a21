/* What a bundle carries: every table of the schema, in an order in which rows can be put back, but for those left out with a
   reason. Nothing lists the tables that are carried: a new room's tables are, from its first migration on. */
#pragma once
#include "db/db.h"

typedef struct PlanTable {
    const TableDef *def;
    bool *late;        /* by column: refers to a row that may come later, so it is filled in afterwards */
    bool any_late;
    const char *where; /* which rows are carried; NULL: all */
} PlanTable;

typedef struct PlanLeft {
    const char *table, *why;
} PlanLeft;

typedef struct Plan {
    PlanTable *tables; /* a row's references stand before it */
    size_t len;
    PlanLeft *left; /* by name */
    size_t left_len;
} Plan;

/* sign_in: the hashes that let people and programs sign in again are carried too. Codes: bundle.circle (tables that cannot
   be put in an order: a fault of the schema). */
Err *plan_make(Arena *arena, bool sign_in, Plan *out);
const PlanTable *plan_table(const Plan *plan, Str name); /* NULL when it is not carried */

/* ---- values of one row, whatever its table ---- */

typedef struct Cell {
    Str text;
    int64_t integer;
    double real;
    bool has;
} Cell;

/* A statement that reads all carried rows, in the order of the key; its rows are arrays of Cells. */
const Statement *plan_select(Arena *arena, const PlanTable *table);
/* INSERT of so many rows; columns: which are given, by their place in def. */
enum { PLAN_PARAMS_MAX = 90 };
const Statement *plan_insert(Arena *arena, const PlanTable *table, const bool *given, size_t rows);
/* UPDATE of the late columns by the key; parameters: late columns, then key columns, both in the order of def. NULL when
   the table has no late columns. */
const Statement *plan_fill(Arena *arena, const PlanTable *table);
Param plan_param(const TableColumn *column, const Cell *cell);
