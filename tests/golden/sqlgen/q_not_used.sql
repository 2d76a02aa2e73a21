-- thing_a(id Id, owner Id) -> one A
SELECT title FROM thing WHERE id = :id;
-- expect 1: thing_a declares "owner" but never uses it. Take it out of its parameters.
