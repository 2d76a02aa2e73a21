-- expect 3: The table name Span must be a plain word in small letters.
-- Spans.
CREATE TABLE Span (
  id KEY -- number
);
