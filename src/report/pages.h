/* What the pages of the reports show. */
#pragma once
#include "web/web.h"

typedef struct ReportCell {
    Str text;  /* for people */
    Str plain; /* for programs: "12.50" */
    Str unit;  /* of an amount: a column of its own for programs, so that numbers can be added up; else empty */
    bool num;
} ReportCell;

typedef struct ReportCellList {
    ReportCell *at;
    size_t len;
} ReportCellList;

typedef struct ReportRow {
    bool group; /* one cell over all columns: a heading */
    bool sum;   /* the last row */
    ReportCellList cells;
} ReportRow;

typedef struct ReportRowList {
    ReportRow *at;
    size_t len;
} ReportRowList;

typedef struct ReportChoice {
    Str word, title, about;
    const char *icon;
    bool chosen;
} ReportChoice;

typedef struct ReportChoiceList {
    ReportChoice *at;
    size_t len;
} ReportChoiceList;

typedef struct ReportView {
    Str word, title, about;
    Str scope_words; /* "Saturday box, 5 December 2026" */
    Str cycle, org;  /* what was chosen, for links; empty: none */
    ReportChoiceList kinds, cycles, sellers;
    bool all_sellers; /* may look at everybody's */
    Str from, until;  /* days, when no cycle is chosen */
    ReportCellList heads;
    ReportRowList rows;
    size_t columns;
    Str next; /* id to go on behind; empty: that was all */
} ReportView;
