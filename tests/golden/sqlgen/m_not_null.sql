-- expect 5: Column "until" says NOT NULL, which every column is. Leave it out.
-- Spans.
CREATE TABLE span (
  id KEY, -- number
  until TIME NOT NULL -- until when
);
