-- thing_a() -> one A
SELECT count(*) AS "total Integer" FROM thing;
-- expect 1: thing_a: the alias "total Integer" needs one of Id, Int, Money, Time, Date, Bool, Real, Text or Blob (and ? when it may be null) behind its name.
