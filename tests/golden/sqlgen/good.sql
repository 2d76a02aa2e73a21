-- thing_by_id(id Id) -> one Thing
-- The thing with this number.
SELECT id, owner, title, price, open, weight, due_on, photo, made_at FROM thing WHERE id = :id;

-- thing_find(title Text, owner Id?) -> maybe Thing
SELECT id, owner, title, price, open, weight, due_on, photo, made_at FROM thing WHERE title = :title AND (owner = :owner OR :owner IS NULL);

-- thing_total(since Time) -> one ThingTotal
SELECT count(*) AS "total Int", sum(price) AS "sum Money?", max(made_at) AS "last Time?" FROM thing WHERE made_at >= :since;

-- thing_add(id Id, owner Id?, title Text, price Money,
--           due_on Date?, weight Real?, photo Blob?, open Bool, made_at Time) -> done
INSERT INTO thing (id, owner, title, price, due_on, weight, photo, open, made_at)
VALUES (:id, :owner, :title, :price, :due_on, :weight, :photo, :open, :made_at);

-- thing_close(id Id) -> count
UPDATE thing SET open = 0 WHERE id = :id AND open = 1;

-- thing_walk(until Date) -> each Thing
SELECT id, owner, title, price, open, weight, due_on, photo, made_at FROM thing WHERE due_on < :until ORDER BY id;

-- thing_search(words Text, limit Int) -> many ThingHit
SELECT t.id, t.title, o.title AS other FROM thing_words w JOIN thing t ON t.id = w.rowid LEFT JOIN thing o ON o.id = t.owner
 WHERE thing_words MATCH :words LIMIT :limit;
-- thing_search postgres
SELECT t.id, t.title, o.title AS other FROM thing t LEFT JOIN thing o ON o.id = t.owner
 WHERE to_tsvector('simple', t.words) @@ phraseto_tsquery('simple', :words::text) LIMIT :limit;

-- part thing_whole
-- What several queries share; it may hold parameters, and stands in the blocks of PostgreSQL too.
SELECT t.id, t.title, o.title AS other
  FROM thing t
  LEFT JOIN thing o ON o.id = t.owner;

-- part and_open
AND t.open = 1 AND t.made_at < :before

-- part of what is said here is prose, not a header
-- thing_hit(id Id, before Time) -> maybe ThingHit
{thing_whole} WHERE t.id = :id {and_open};

-- thing_hits(before Time) -> many ThingHit
{thing_whole}
 WHERE true {and_open} ORDER BY t.id;
-- thing_hits postgres
{thing_whole} WHERE NOT false {and_open} ORDER BY 1;

-- thing_new(title Text, made_at Time) -> one ThingId
INSERT INTO thing (title, price, made_at) VALUES (:title, 1, :made_at) RETURNING id;
