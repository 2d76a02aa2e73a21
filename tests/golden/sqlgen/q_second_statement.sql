-- thing_a(id Id) -> count
UPDATE thing SET open = 0 WHERE id = :id;
UPDATE thing SET open = 1 WHERE id = :id;
-- expect 3: After thing_a comes a second statement. Give it a header of its own.
