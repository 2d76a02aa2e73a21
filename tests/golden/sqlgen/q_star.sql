-- thing_a(id Id) -> one A
SELECT t.* FROM thing t WHERE id = :id;
-- expect 2: thing_a asks for "*". Name the columns.
