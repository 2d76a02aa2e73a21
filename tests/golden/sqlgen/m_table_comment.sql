-- A blank line stands between this and the table.
-- expect 4: Table "span" has no comment. Write "-- what it holds" above it.

CREATE TABLE span (
  id KEY -- number
);
