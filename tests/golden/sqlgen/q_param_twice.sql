-- thing_a(id Id, id Id) -> one A
SELECT title FROM thing WHERE id = :id;
-- expect 1: Parameter "id" of thing_a stands there twice. Take one out.
