-- thing_a(id Id) -> one
SELECT title FROM thing WHERE id = :id;
-- expect 1: thing_a gives rows, so name their struct, like "-> many Offer".
