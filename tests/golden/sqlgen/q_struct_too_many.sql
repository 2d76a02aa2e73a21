-- thing_a(id Id) -> count A
UPDATE thing SET open = 0 WHERE id = :id;
-- expect 1: thing_a gives no rows, so no struct may stand behind count. Take "A" out.
