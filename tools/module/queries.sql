-- garden_thing_put(id Id, name Text, who Id, made_at Time) -> done
INSERT INTO garden_thing (id, name, who, made_at) VALUES (:id, :name, :who, :made_at);

-- garden_thing_list(before Id, limit Int) -> many GardenThing
SELECT id, name, made_at FROM garden_thing WHERE id < :before ORDER BY id DESC LIMIT :limit;

-- garden_thing_each() -> each GardenThing
SELECT id, name, made_at FROM garden_thing ORDER BY id;
