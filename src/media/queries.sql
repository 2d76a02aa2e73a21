-- picture_by_hash(hash Text) -> maybe PictureRow
SELECT id, hash, key, width, height, bytes, uses FROM picture WHERE hash = :hash;

-- picture_add(id Id, hash Text, key Text, width Int, height Int, bytes Int, now Time) -> count
INSERT INTO picture (id, hash, key, width, height, bytes, uses, unused_since, made_at)
VALUES (:id, :hash, :key, :width, :height, :bytes, 0, :now, :now) ON CONFLICT (hash) DO NOTHING;

-- picture_touch(hash Text, now Time) -> done
UPDATE picture SET unused_since = :now WHERE hash = :hash AND uses = 0;

-- picture_keep(hash Text) -> count
UPDATE picture SET uses = uses + 1 WHERE hash = :hash;

-- picture_drop(hash Text, now Time) -> count
UPDATE picture SET uses = uses - 1, unused_since = :now WHERE hash = :hash AND uses > 0;

-- picture_list_unused(before Time, limit Int) -> many PictureRow
SELECT id, hash, key, width, height, bytes, uses FROM picture
 WHERE uses = 0 AND unused_since < :before ORDER BY unused_since LIMIT :limit;

-- picture_delete(hash Text, before Time) -> count
DELETE FROM picture WHERE hash = :hash AND uses = 0 AND unused_since < :before;

-- picture_each() -> each PictureRow
SELECT id, hash, key, width, height, bytes, uses FROM picture ORDER BY id;
