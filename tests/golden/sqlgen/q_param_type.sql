-- thing_a(id Integer) -> one A
SELECT title FROM thing WHERE id = :id;
-- expect 1: Parameter "id" of thing_a needs a type: Id, Int, Money, Time, Date, Bool, Real, Text or Blob, with ? when it may be null.
-- expect 2: thing_a uses :id but does not declare it. Add "id Type" to its parameters.
