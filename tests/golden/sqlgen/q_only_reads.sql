-- thing_a(id Id) -> count
SELECT title FROM thing WHERE id = :id;
-- expect 1: thing_a only reads. Say "-> one", "maybe", "many" or "each" and the struct.
