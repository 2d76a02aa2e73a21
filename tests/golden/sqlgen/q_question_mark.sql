-- thing_a(id Id) -> one A
SELECT title
  FROM thing WHERE id = ?1 AND id = :id;
-- expect 3: thing_a uses "?". Name its parameter and write :name.
