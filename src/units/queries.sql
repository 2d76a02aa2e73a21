-- Measures that people of a place use beside the metric ones (table local_unit of the market).

-- units_all() -> many UnitsRow
SELECT id, slug, lang, name, unit, micro, priced, position FROM local_unit ORDER BY position, id LIMIT 200;

-- units_one(id Id) -> maybe UnitsRow
SELECT id, slug, lang, name, unit, micro, priced, position FROM local_unit WHERE id = :id;

-- units_add(id Id, slug Text, lang Text, name Text, unit Text, micro Int, priced Bool) -> done
INSERT INTO local_unit (id, slug, lang, name, unit, micro, priced, position)
SELECT CAST(:id AS BIGINT), :slug, :lang, :name, :unit, CAST(:micro AS BIGINT), CAST(:priced AS BIGINT), (SELECT coalesce(max(position), 0) + 1 FROM local_unit);

-- units_put(id Id, lang Text, name Text, unit Text, micro Int, priced Bool) -> count
UPDATE local_unit SET lang = :lang, name = :name, unit = :unit, micro = :micro, priced = :priced WHERE id = :id;

-- units_drop(id Id) -> count
DELETE FROM local_unit WHERE id = :id;

-- units_same(name Text, lang Text, id Id) -> one UnitsCount
SELECT count(*) AS "total Int" FROM local_unit WHERE name = :name AND lang = :lang AND id <> :id;
