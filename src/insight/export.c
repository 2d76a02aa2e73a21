/* Taking along what suggestions know of a person: all of it is computed from the person's own orders. */
#include "base/json.h"

#include "insight/inside.h"

static Err *name_write(Db *db, Buf *out, Id product)
{
    InsightText name;
    bool found;
    TRY(insight_product_name(db, product, STR("en"), &name, &found));
    json_write_str(out, found ? name.words : STR(""));
    return NULL;
}

static Err *list_write(Db *db, Buf *out, const char *name, const SuggestedList *list)
{
    buf_addf(out, ",\"%s\":[", name);
    for (size_t i = 0; i < list->len; i++) {
        buf_add(out, i ? STR(",{\"product\":") : STR("{\"product\":"));
        TRY(name_write(db, out, list->at[i].product));
        buf_addf(out, ",\"score\":%.4f", list->at[i].score);
        for (size_t k = 0; k < 2 && list->at[i].because[k]; k++) {
            buf_add(out, k ? STR(",\"and_because\":") : STR(",\"because\":"));
            TRY(name_write(db, out, list->at[i].because[k]));
        }
        buf_add(out, STR("}"));
    }
    buf_add(out, STR("]"));
    return NULL;
}

Err *insight_export_person(Db *db, Id person, Buf *json_members)
{
    enum { MOST = 12 };
    Suggestions known;
    TRY(suggest_for(db, person, time_now(), MOST, &known));
    buf_addf(json_members, "\"suggestions\":{\"wanted\":%s,\"purchases_used_since\":", known.wanted ? "true" : "false");
    if (known.has_since)
        json_write_str(json_members, time_text(db->arena, known.since));
    else
        buf_add(json_members, STR("null"));
    buf_addf(json_members, ",\"products_known\":%lld", (long long)known.bought);
    TRY(list_write(db, json_members, "buy_again", &known.again));
    TRY(list_write(db, json_members, "for_you", &known.fresh));
    buf_add(json_members, STR("}"));
    return NULL;
}
