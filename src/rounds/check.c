/* What `millet verify` asks of the rounds. */
#include "rounds/inside.h"

static Err *check_stops(Db *db, Findings *findings)
{
    RoundCheckList rows;
    TRY(round_check_stops(db, &rows));
    for (size_t i = 0; i < rows.len; i++) {
        const RoundCheck *row = &rows.at[i];
        findings->checked++;
        if (row->stops != row->last)
            finding(findings, "round %lld has %lld stops, the last of them is number %lld", (long long)row->id, (long long)row->stops,
                    (long long)row->last);
        if (row->fetched != row->grams || row->brought != row->going)
            finding(findings, "round %lld fetches %lld g of %lld g and brings %lld g of %lld g", (long long)row->id,
                    (long long)row->fetched, (long long)row->grams, (long long)row->brought, (long long)row->going);
    }
    return NULL;
}

const Check rounds_checks[] = {{.name = "rounds.stops", .run = check_stops}, {0}};
