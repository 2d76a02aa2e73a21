-- thing_a() -> many ThingList
SELECT title FROM thing;
-- expect 1: thing_a gives ThingList, but names in List and Args are made by sqlgen. Name the single row.
