-- Things of garden.
CREATE TABLE garden_thing (
  id KEY, -- minted by us
  name TEXT, -- as people read it
  who ID REFERENCES person, -- who wrote it down
  made_at TIME -- when
);
CREATE INDEX garden_thing_who ON garden_thing (who, id);
