-- A harvest that is expected, and may be ordered before it is there.
CREATE TABLE forecast (
  id KEY,                    -- minted by the program
  offer ID REFERENCES offer, -- of what
  org ID REFERENCES org,     -- whose harvest
  day DATE,                  -- when it is expected
  closes_at TIME,            -- pre-orders are taken until then
  low INT CHECK (low >= 0),  -- steps that come almost surely
  likely INT,                -- steps that are expected; no more is promised
  high INT,                  -- steps in a good year
  rule TEXT CHECK (rule IN ('first_come', 'pro_rata', 'members_first', 'lottery')), -- who gets how much if it falls short
  seed TEXT,                 -- of the lottery; shown once it is shared out
  seed_hash TEXT,            -- SHA-256 of the seed in hexadecimal, shown from the beginning
  state TEXT CHECK (state IN ('open', 'shared', 'cancelled')), -- shared: every pre-order has its share
  promised INT,              -- steps of open pre-orders
  harvest INT NULL,          -- what really came
  made_at TIME,              -- when it was said
  shared_at TIME NULL,       -- when it was shared out
  CHECK (likely >= low),
  CHECK (high >= likely),
  CHECK (promised >= 0)
);
CREATE INDEX forecast_state ON forecast (state, closes_at);
CREATE INDEX forecast_org ON forecast (org, id);

-- What somebody wants of a harvest that is not there yet.
CREATE TABLE preorder (
  id KEY,                    -- minted by the program; its text is drawn in a lottery
  forecast ID REFERENCES forecast, -- of which harvest
  buyer ID REFERENCES person, -- who
  pickup ID REFERENCES pickup, -- where it is collected
  member BOOL,               -- a member of the co-operative when it was made
  wanted INT CHECK (wanted > 0), -- steps
  sure INT,                  -- of these, steps inside the low forecast when it was made; the others are probable
  got INT NULL,              -- its share of the real harvest
  state TEXT CHECK (state IN ('open', 'left', 'shared')), -- left: taken back by the buyer
  order_group ID NULL,       -- the order its share became; null: it got nothing
  at TIME                    -- when it was made
);
CREATE INDEX preorder_forecast ON preorder (forecast, id);
CREATE INDEX preorder_buyer ON preorder (buyer, id);
CREATE UNIQUE INDEX preorder_once ON preorder (forecast, buyer) WHERE state = 'open';
