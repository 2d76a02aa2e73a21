/* What the files of the reports share. */
#pragma once
#include "report/pages.h"
#include "report/queries.h"
#include "web/web.h"

/* What a report is about: a cycle, or the orders of some days; of one seller, or of all. */
typedef struct Scope {
    Id cycle;          /* 0: by days */
    Date from, until;  /* local days, both included */
    Time from_at, until_at;
    Id seller;         /* 0: all, for the hub's people only */
    bool names, phones; /* of buyers: may be seen */
} Scope;

typedef struct Report {
    Req *r;
    Scope scope;
    ReportView *view;
    size_t rows_room;
    Id after;          /* lists: parts behind this one */
    bool whole;        /* CSV: without pages */
} Report;

typedef struct ReportKind {
    const char *word;  /* in addresses */
    const char *title; /* N_() */
    const char *about; /* N_() */
    const char *icon;
    Err *(*build)(Report *report);
} ReportKind;
extern const ReportKind report_kinds[]; /* ends with an empty row */

/* ---- table.c: rows and cells ---- */
void table_head(Report *report, const char *const *labels, size_t len, size_t numbers_from); /* columns from there on hold numbers */
ReportRow *table_row(Report *report);
void cell_text(Report *report, ReportRow *row, Str text);
void cell_int(Report *report, ReportRow *row, int64_t value);
void cell_money(Report *report, ReportRow *row, Money amount);
void cell_quantity(Report *report, ReportRow *row, Quantity quantity);
void table_group(Report *report, Str name); /* a heading over the rows that follow */
void table_csv(const Report *report, Buf *out, bool head);

/* ---- project.c ---- */
extern const Hear report_hears[];
extern const Check report_checks[];
Err *report_start(Store *store, Arena *arena);
