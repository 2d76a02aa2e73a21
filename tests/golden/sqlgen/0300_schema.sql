-- People.
CREATE TABLE person (
  id KEY, -- number
  name TEXT -- what people call them
);

-- Things for sale.
CREATE TABLE thing (
  id KEY, -- number
  owner ID NULL REFERENCES person, -- who sells it
  title TEXT, -- what it is
  price MONEY, -- for one
  open BOOL DEFAULT 1, -- whether it is on sale
  weight REAL NULL, -- kilograms
  due_on DATE NULL, -- until which day
  photo BLOB NULL, -- its picture
  made_at TIME, -- when it was listed
  UNIQUE (owner, title)
);
CREATE INDEX thing_owner ON thing (owner);
ALTER TABLE thing ADD COLUMN color TEXT DEFAULT ''; -- its colour

-- sqlite:
CREATE VIRTUAL TABLE thing_words USING fts5 (words);
-- postgres:
ALTER TABLE thing ADD COLUMN words TEXT DEFAULT ''; -- folded words
CREATE INDEX thing_words ON thing USING gin (to_tsvector('simple', words));
-- both:
CREATE VIEW open_thing AS SELECT id, title FROM thing WHERE open = 1;
