-- thing_a(id Id) -> each A
UPDATE thing SET open = 0 WHERE id = :id RETURNING title;
-- expect 1: thing_a writes, so it cannot be "each". Say "-> many".
