-- expect 4: Column "id" says PRIMARY KEY. Give it the type KEY.
-- Spans.
CREATE TABLE span (
  id ID PRIMARY KEY -- number
);
