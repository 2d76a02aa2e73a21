-- What somebody was told about an order of theirs: shown in the app until it was read, for 90 days after.
CREATE TABLE notice (
  id KEY,                   -- minted by the program
  person ID REFERENCES person, -- for whom
  event TEXT,               -- what happened: "order.packed"
  seller_order ID REFERENCES seller_order, -- to which part
  order_group ID REFERENCES order_group,   -- of which order
  amount MONEY,             -- what the part came to then
  at TIME,                  -- when, the last time when it happened again
  seen BOOL                 -- read in the app
);
CREATE INDEX notice_person ON notice (person, seen, id);
CREATE INDEX notice_part ON notice (seller_order, event);

-- By which way somebody wants to hear of what, where it differs from the standard.
CREATE TABLE notice_way (
  person ID REFERENCES person, -- whose choice
  kind TEXT CHECK (kind IN ('changed', 'weighed', 'ready', 'missed', 'refund')), -- of what
  way TEXT CHECK (way IN ('app', 'mail', 'text')), -- by which way
  wanted BOOL,              -- or not
  PRIMARY KEY (person, kind, way)
) WITHOUT ROWID;
