SELECT title FROM thing;
-- expect 1: SQL without a header above it. Write "-- name(param Type, other Type?) -> one|maybe|many|each Struct" or "-- name(...) -> count|done".
