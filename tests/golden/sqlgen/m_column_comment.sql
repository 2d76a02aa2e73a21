-- expect 4: Column "id" has no comment. Write "-- what it holds" behind it.
-- Spans.
CREATE TABLE span (
  id KEY,
  until TIME, -- until when
  UNIQUE (until)
);
-- expect 9: Column "color" has no comment. Write "-- what it holds" behind it.
ALTER TABLE span ADD COLUMN color TEXT DEFAULT '';
