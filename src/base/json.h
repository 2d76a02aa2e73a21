/* JSON in and out by Shape. Only json.c knows jansson. */
#pragma once
#include "base/shape.h"

enum { JSON_DEPTH_MAX = 32 };

/* The value as JSON; Ids as strings, Money with the currency, absent optional fields as null. */
void json_write(Buf *out, const Shape *shape, const void *value, Str currency);
void json_write_str(Buf *out, Str text); /* quoted and escaped; bytes that are not UTF-8 become U+FFFD */

/* Strict: one object, unknown and doubled fields refused, numbers in range, texts valid UTF-8 without U+0000, depth
   bounded. The first bad field is named with its path ("lines.0.steps"). Money may be given as {"minor":..} or as an
   integer of minor units. Codes: json.syntax, json.depth, json.number (too large), json.unknown_field,
   json.doubled_field, json.type (arg "wanted"), field.currency, and those of field_check. */
Err *json_read(Arena *arena, Str body, const Shape *shape, void *out);
/* The same; money that names another currency than this one is refused ("field.currency"). */
Err *json_read_in(Arena *arena, Str body, const Shape *shape, Str currency, void *out);
/* What stands at "Body.stkCallback.items.0.Value" of JSON that others wrote and may extend: a text, a number or a bool as
   text. False when the body is no JSON or nothing of that kind stands there. */
bool json_pick(Arena *arena, Str body, const char *path, Str *out);
