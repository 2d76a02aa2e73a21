-- thing_a() -> one A
SELECT count(*) FROM thing;
-- expect 1: thing_a: the type of "count(*)" is not known. Give it a typed alias, like AS "total Int" or AS "last Time?".
