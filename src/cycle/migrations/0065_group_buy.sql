-- Buying together: the more is wanted by a day, the lower the price; below the first tier nobody buys.
CREATE TABLE group_buy (
  id KEY,                    -- minted by the program
  offer ID REFERENCES offer, -- of what
  org ID REFERENCES org,     -- who sells it
  deadline TIME,             -- decided at this moment
  max_each INT NULL,         -- most steps for one buyer
  state TEXT CHECK (state IN ('open', 'bought', 'failed')), -- failed: the first tier was not reached
  pledged INT CHECK (pledged >= 0), -- steps of open pledges
  price MONEY NULL,          -- the price that was reached
  made_at TIME,              -- when it began
  ended_at TIME NULL         -- when it was decided
);
CREATE INDEX group_buy_state ON group_buy (state, deadline);

-- Its prices: from so many steps together on.
CREATE TABLE group_tier (
  group_buy ID REFERENCES group_buy, -- of which
  from_steps INT CHECK (from_steps > 0), -- together
  price MONEY CHECK (price >= 0), -- for one whole priced unit
  PRIMARY KEY (group_buy, from_steps)
) WITHOUT ROWID;

-- Who takes part with how much.
CREATE TABLE group_pledge (
  id KEY,                    -- minted by the program
  group_buy ID REFERENCES group_buy, -- in which
  buyer ID REFERENCES person, -- who
  pickup ID REFERENCES pickup, -- where it is collected
  steps INT CHECK (steps > 0), -- how much
  state TEXT CHECK (state IN ('open', 'left', 'bought', 'short', 'released')), -- short: the goods were gone; released: too few took part
  order_group ID NULL,       -- the order it became
  at TIME                    -- when
);
CREATE INDEX group_pledge_buy ON group_pledge (group_buy, id);
CREATE INDEX group_pledge_buyer ON group_pledge (buyer, id);
CREATE UNIQUE INDEX group_pledge_once ON group_pledge (group_buy, buyer) WHERE state = 'open';
