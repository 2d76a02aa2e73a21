-- thing_a(id Id) -> done
UPDATE thing SET open = 0 WHERE id = :id RETURNING title;
-- expect 1: thing_a returns rows that nobody gets. Say "-> one Struct", or take RETURNING out.
