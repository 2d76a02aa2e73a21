-- expect 5: Column "until" needs a type word: KEY, ID, INT, MONEY, TIME, DATE, BOOL, REAL, TEXT or BLOB.
-- Spans.
CREATE TABLE span (
  id KEY, -- number
  until INTEGER -- until when
);
