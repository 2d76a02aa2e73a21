-- thing_a(id Id) one A
SELECT title FROM thing WHERE id = :id;
-- expect 1: This header is not understood. Write "-- name(param Type, other Type?) -> one|maybe|many|each Struct" or "-- name(...) -> count|done".
