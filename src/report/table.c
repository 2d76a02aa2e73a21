/* Rows and cells of a report: what people read and what programs read, side by side. */
#include "base/csv.h"
#include "base/quantity.h"
#include "core/core.h"
#include "report/inside.h"

#include <string.h>

enum { CELLS_MAX = 12 };

void table_head(Report *report, const char *const *labels, size_t len, size_t numbers_from)
{
    ReportView *view = report->view;
    view->heads = (ReportCellList){NEW_ARRAY(report->r->arena, ReportCell, len), len};
    view->columns = len;
    for (size_t i = 0; i < len; i++)
        view->heads.at[i] = (ReportCell){.text = tr(report->r->lang, labels[i]), .num = i >= numbers_from};
}

ReportRow *table_row(Report *report)
{
    ReportRowList *rows = &report->view->rows;
    if (rows->len == report->rows_room) {
        report->rows_room = report->rows_room ? 2 * report->rows_room : 64;
        ReportRow *at = NEW_ARRAY(report->r->arena, ReportRow, report->rows_room);
        if (rows->len)
            memcpy(at, rows->at, rows->len * sizeof *at);
        rows->at = at;
    }
    ReportRow *row = &rows->at[rows->len++];
    row->cells.at = NEW_ARRAY(report->r->arena, ReportCell, CELLS_MAX);
    return row;
}

static void add(ReportRow *row, ReportCell cell)
{
    if (row->cells.len < CELLS_MAX)
        row->cells.at[row->cells.len++] = cell;
}

void cell_text(Report *report, ReportRow *row, Str text)
{
    (void)report;
    add(row, (ReportCell){.text = text, .plain = text});
}

void cell_int(Report *report, ReportRow *row, int64_t value)
{
    add(row, (ReportCell){.text = say_int(report->r->arena, report->r->lang, value), .plain = str_format(report->r->arena, "%lld", (long long)value), .num = true});
}

void cell_money(Report *report, ReportRow *row, Money amount)
{
    Req *r = report->r;
    add(row, (ReportCell){.text = say_money(r->arena, r->lang, amount, r->village.currency),
                          .plain = money_plain(r->arena, amount, r->village.currency_places), .num = true});
}

/* Sums of what is sold in grams are read in kilograms. A program gets the unit's code beside the number. */
void cell_quantity(Report *report, ReportRow *row, Quantity quantity)
{
    bool grams = str_eq(quantity.unit, STR("GRM")), millilitres = str_eq(quantity.unit, STR("MLT"));
    if ((grams || millilitres) && quantity.scale + 3 <= SCALE_MAX && quantity.steps >= 1000)
        quantity = (Quantity){quantity.steps, grams ? STR("KGM") : STR("LTR"), quantity.scale + 3};
    Str plain = quantity_plain(report->r->arena, quantity.steps, quantity.scale);
    add(row, (ReportCell){.text = say_quantity(report->r->arena, report->r->lang, quantity), .plain = plain,
                          .unit = say_unit(report->r->arena, report->r->lang, quantity.unit), .num = true});
}

void table_group(Report *report, Str name)
{
    ReportRow *row = table_row(report);
    row->group = true;
    cell_text(report, row, name);
}

enum { COLUMNS_MAX = 16 };

static void csv_cell(Buf *out, const ReportCell *cell, bool has_unit, bool last)
{
    if (cell->num) /* a negative number is no formula */
        csv_write_plain(out, cell->plain, last && !has_unit);
    else
        csv_write(out, cell->plain, last && !has_unit);
    if (has_unit)
        csv_write(out, cell->unit, last);
}

/* A heading over rows becomes the first column of each, so that a spreadsheet can sort; the sum is left to it. */
void table_csv(const Report *report, Buf *out, bool head)
{
    const ReportView *view = report->view;
    Str unit = tr(report->r->lang, N_("Unit"));
    bool units[COLUMNS_MAX] = {false}, grouped = false;
    Str group = {0};
    for (size_t i = 0; i < view->rows.len; i++) {
        grouped = grouped || view->rows.at[i].group;
        for (size_t k = 0; k < view->rows.at[i].cells.len && k < COLUMNS_MAX; k++)
            units[k] = units[k] || view->rows.at[i].cells.at[k].unit.len;
    }
    if (head && grouped)
        csv_write(out, tr(report->r->lang, N_("Group")), false);
    for (size_t i = 0; head && i < view->heads.len; i++)
        csv_cell(out, &(ReportCell){.plain = view->heads.at[i].text, .unit = unit}, i < COLUMNS_MAX && units[i], i + 1 == view->heads.len);
    for (size_t i = 0; i < view->rows.len; i++) {
        const ReportRow *row = &view->rows.at[i];
        if (row->group)
            group = row->cells.at[0].plain;
        if (row->group || row->sum)
            continue;
        if (grouped)
            csv_write(out, group, false);
        for (size_t k = 0; k < row->cells.len; k++)
            csv_cell(out, &row->cells.at[k], k < COLUMNS_MAX && units[k], k + 1 == row->cells.len);
    }
}
