-- expect 5: The column name "end" is reserved by PostgreSQL. Choose another word.
-- Spans.
CREATE TABLE span (
  id KEY, -- number
  end TIME -- until when
);
