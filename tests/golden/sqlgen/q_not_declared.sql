-- thing_a(id Id) -> one A
SELECT title FROM thing
 WHERE id = :id AND owner = :owner;
-- expect 3: thing_a uses :owner but does not declare it. Add "owner Type" to its parameters.
