-- What a member wants in every cycle of a hub, until they say otherwise: it rests while nothing of it is in season.
CREATE TABLE standing_order (
  id KEY,                    -- minted by the program
  buyer ID REFERENCES person, -- whose
  org ID REFERENCES org,     -- the hub whose cycles it joins
  pickup ID REFERENCES pickup, -- where it is collected
  state TEXT CHECK (state IN ('running', 'paused', 'ended')), -- only running ones order
  made_at TIME,              -- when it was made
  changed_at TIME            -- last change of its state
);
CREATE INDEX standing_order_buyer ON standing_order (buyer, id);
CREATE INDEX standing_order_org ON standing_order (org, state, id);

-- What it wants.
CREATE TABLE standing_line (
  standing ID REFERENCES standing_order, -- of which
  offer ID REFERENCES offer, -- what
  steps INT CHECK (steps > 0), -- how much
  PRIMARY KEY (standing, offer)
) WITHOUT ROWID;

-- What became of it in one cycle: tried once each.
CREATE TABLE standing_run (
  standing ID REFERENCES standing_order, -- which
  cycle ID REFERENCES cycle, -- in which cycle
  order_group ID NULL,       -- the order that was made; null: nothing was to be had
  left_out INT,              -- lines that were out of season, sold out or not in the cycle
  at TIME,                   -- when
  PRIMARY KEY (standing, cycle)
) WITHOUT ROWID;
