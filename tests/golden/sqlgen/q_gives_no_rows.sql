-- thing_a(id Id) -> one A
UPDATE thing SET open = 0 WHERE id = :id;
-- expect 1: thing_a gives no rows, yet promises "A". Say "-> count" or "-> done", or add RETURNING.
