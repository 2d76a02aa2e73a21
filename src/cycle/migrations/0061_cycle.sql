-- A rule that makes cycles by itself: what stays the same from week to week.
CREATE TABLE cycle_series (
  id KEY,                    -- minted by the program
  org ID REFERENCES org,     -- the hub
  name TEXT,                 -- as its people call it
  rrule TEXT,                -- RFC 5545: which days goods are handed over
  first_day DATE,            -- where the rule begins
  open_days INT CHECK (open_days BETWEEN 0 AND 60),  -- opens so many days before the day of handing over
  open_minute INT CHECK (open_minute BETWEEN 0 AND 1439), -- at this minute of the local day
  close_days INT CHECK (close_days BETWEEN 0 AND 60), -- closes so many days before
  close_minute INT CHECK (close_minute BETWEEN 0 AND 1439), -- at this minute
  template ID NULL,          -- the cycle whose goods, slots and limits the next ones take over
  running BOOL,              -- makes more
  made_at TIME               -- when it was made
);
CREATE INDEX cycle_series_org ON cycle_series (org, id);

-- A time of ordering that ends in one day of handing over.
CREATE TABLE cycle (
  id KEY,                    -- minted by the program
  org ID REFERENCES org,     -- the hub that runs it
  series ID NULL REFERENCES cycle_series, -- which rule made it
  day DATE,                  -- the day of handing over
  name TEXT,                 -- as buyers read it
  note TEXT,                 -- to the buyers; may be empty
  state TEXT,                -- see the table in cycle_state.c
  opens_at TIME,             -- first moment of ordering
  closes_at TIME,            -- first moment after
  grace_minutes INT CHECK (grace_minutes >= 0), -- a checkout begun before closing may end so much later
  closing_at TIME NULL,      -- when the door closed, by the clock or by a limit
  everything BOOL,           -- every good of the market, not only those of cycle_offer
  sold_only BOOL,            -- its goods are sold in cycles only
  max_orders INT NULL,       -- closes when so many are in
  max_turnover MONEY NULL,   -- closes when so much is ordered
  close_full BOOL,           -- closes when every slot is full
  orders INT,                -- orders in it that were not cancelled
  turnover MONEY,            -- what they come to as ordered
  made_at TIME,              -- when it was made
  changed_at TIME            -- last change of its state or plan
);
CREATE INDEX cycle_state_time ON cycle (state, closes_at);
CREATE INDEX cycle_org ON cycle (org, id);
CREATE UNIQUE INDEX cycle_series_day ON cycle (series, day) WHERE series IS NOT NULL;

-- Ways of the goods: in from a producer to the hub, out from the hub to a pickup place.
CREATE TABLE cycle_leg (
  id KEY,                    -- minted by the program
  cycle ID REFERENCES cycle, -- of which cycle
  direction TEXT CHECK (direction IN ('in', 'out')), -- to the hub, or from it
  org ID NULL REFERENCES org, -- in: the producer
  pickup ID NULL REFERENCES pickup, -- out: the place
  due_at TIME NULL,          -- in: when the goods must be there
  note TEXT                  -- where to bring them, whom to ask; may be empty
);
CREATE INDEX cycle_leg_cycle ON cycle_leg (cycle, direction, id);
CREATE UNIQUE INDEX cycle_leg_org ON cycle_leg (cycle, org) WHERE org IS NOT NULL;
CREATE UNIQUE INDEX cycle_leg_pickup ON cycle_leg (cycle, pickup) WHERE pickup IS NOT NULL;

-- What a cycle sells.
CREATE TABLE cycle_offer (
  cycle ID REFERENCES cycle, -- which
  position INT,              -- order on its page
  offer ID REFERENCES offer, -- what
  PRIMARY KEY (cycle, position)
) WITHOUT ROWID;
CREATE UNIQUE INDEX cycle_offer_once ON cycle_offer (cycle, offer);
CREATE INDEX cycle_offer_offer ON cycle_offer (offer, cycle);

-- Goods that are sold in cycles only: outside of an open one nobody can order them.
CREATE TABLE cycle_only (
  offer KEY REFERENCES offer, -- which
  since TIME                  -- when that was said
);

-- A time of collecting, with places. taken never exceeds capacity: one conditional UPDATE takes a place.
CREATE TABLE cycle_slot (
  id KEY,                    -- minted by the program
  cycle ID REFERENCES cycle, -- of which cycle
  pickup ID REFERENCES pickup, -- where
  from_at TIME,              -- begins
  until_at TIME,             -- ends
  capacity INT,              -- orders
  taken INT,                 -- of these
  CHECK (taken >= 0),
  CHECK (taken <= capacity),
  CHECK (until_at > from_at)
);
CREATE INDEX cycle_slot_cycle ON cycle_slot (cycle, from_at, id);

-- Which cycle and which time an order belongs to.
CREATE TABLE cycle_order (
  order_group KEY REFERENCES order_group, -- which order
  cycle ID REFERENCES cycle, -- in which cycle
  slot ID NULL REFERENCES cycle_slot, -- when it is collected; null: no particular time
  held BOOL,                 -- something of it is not cancelled: it counts and holds its place
  amount MONEY,              -- what it counts for in the cycle's turnover; 0 while not held
  at TIME                    -- when it joined
);
CREATE INDEX cycle_order_cycle ON cycle_order (cycle, order_group);
CREATE INDEX cycle_order_slot ON cycle_order (slot) WHERE slot IS NOT NULL;

-- Who entered a checkout before the cycle closed: that order may still end within the grace.
CREATE TABLE cycle_pass (
  id KEY,                    -- minted by the program
  cycle ID REFERENCES cycle, -- for which
  cart ID NULL,              -- whose basket; null: a program's
  entered_at TIME            -- when
);
CREATE UNIQUE INDEX cycle_pass_cart ON cycle_pass (cycle, cart) WHERE cart IS NOT NULL;

-- Every change of a cycle's state, for ever.
CREATE TABLE cycle_event (
  cycle ID REFERENCES cycle, -- of which
  seq INT,                   -- 1, 2, 3 ... without gaps
  verb TEXT,                 -- what was done
  from_state TEXT,           -- empty at the beginning
  to_state TEXT,             -- now
  actor ID NULL,             -- person; null: the house
  at TIME,                   -- when
  PRIMARY KEY (cycle, seq)
) WITHOUT ROWID;
