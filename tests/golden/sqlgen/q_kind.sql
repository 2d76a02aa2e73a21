-- thing_a(id Id) -> single A
SELECT title FROM thing WHERE id = :id;
-- expect 1: thing_a ends with "-> single". Write "-- name(param Type, other Type?) -> one|maybe|many|each Struct" or "-- name(...) -> count|done".
