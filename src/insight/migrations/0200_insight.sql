-- One fitted model and what it is worth. The newest of a kind is in use; older ones stay to be looked back at.
CREATE TABLE insight_model (
  id KEY,                   -- minted by the program
  kind TEXT CHECK (kind IN ('sales', 'goods')), -- what will sell; what goes with what
  fitted_at TIME,           -- when
  from_day DATE,            -- first day of the sales it saw
  to_day DATE,              -- first day it did not see any more
  goods INT,                -- how many goods it speaks about
  people INT,               -- how many buyers are in it; 0 where buyers do not matter
  parameters TEXT,          -- how it was fitted, in the program's words
  measure TEXT,             -- what the scores are: 'share off' or 'found of ten'
  score REAL NULL,          -- on sales it had not seen; null: too few to tell
  plain_score REAL NULL,    -- of the simplest rival on the same sales
  sentence TEXT             -- for people: English source text with {ours} and {theirs}, translated when shown
);
CREATE INDEX insight_model_kind ON insight_model (kind, id);

-- What is expected of one offer, newest fit only.
CREATE TABLE forecast_offer (
  offer KEY REFERENCES offer, -- of what
  model ID REFERENCES insight_model, -- which fit
  demand TEXT,              -- kind of demand: smooth, erratic, intermittent, lumpy, constant, short, none
  weeks INT,                -- weeks of sales behind it
  models TEXT,              -- which methods with which parameters
  note TEXT,                -- what was masked or filled, or why there is no range
  score REAL NULL,          -- mean miss as a share of a usual week, on weeks it had not seen
  plain_score REAL NULL,    -- of saying "as last week" on the same weeks
  chance REAL,              -- that anything sells in a week
  miss REAL,                -- share of weeks the range aims to leave out, corrected after each week
  reason TEXT,              -- English source text, may hold {percent} or {month}
  reason_value INT,         -- the percent, or the month
  past TEXT                 -- steps sold week by week, oldest first, the last one before the fit: "12 0 - 9"; "-": the shelf was empty
);

-- What is expected to sell in a week, what the farmer says instead, and what sold in the end. Steps as on the variant.
CREATE TABLE forecast_week (
  offer ID REFERENCES offer, -- of what
  week DATE,                -- its Monday
  likely INT CHECK (likely >= 0), -- as good as any single number
  low INT NULL,             -- eight weeks in ten lie between low and high; null: not enough data to say
  high INT NULL,            -- see low
  farmer INT NULL CHECK (farmer >= 0), -- what the farmer expects instead
  farmer_by ID NULL,        -- who said so
  farmer_at TIME NULL,      -- when
  sold INT NULL,            -- what was ordered in that week; null: it is not over
  made_at TIME,             -- when the numbers were made; they stay as they are once the week has begun
  PRIMARY KEY (offer, week)
) WITHOUT ROWID;
CREATE INDEX forecast_week_open ON forecast_week (week) WHERE sold IS NULL;

-- How strongly having bought one product speaks for another.
CREATE TABLE goods_bond (
  product ID REFERENCES product, -- bought
  other ID REFERENCES product, -- speaks for this one
  weight REAL,              -- of y = x B; larger is stronger
  together INT,             -- orders that held both
  PRIMARY KEY (product, other)
) WITHOUT ROWID;
CREATE INDEX goods_bond_other ON goods_bond (other);

-- After how many days a household usually buys a product again: logarithms of days, log-normal.
CREATE TABLE goods_again (
  product KEY REFERENCES product, -- what
  log_days REAL,            -- mean of the logarithm of the gap
  spread REAL,              -- its standard deviation
  gaps INT                  -- how many gaps were seen
);

-- What is bought where these weeks, and was in these weeks last year: for those about whom nothing is known.
CREATE TABLE goods_near (
  pickup ID REFERENCES pickup, -- where it is collected
  product ID REFERENCES product, -- what
  score REAL,               -- orders, halved every two weeks of age
  orders INT,               -- in the last four weeks
  PRIMARY KEY (pickup, product)
) WITHOUT ROWID;

-- A farm that would hardly be shown: how much its goods are lifted so that it gets its floor of places.
CREATE TABLE goods_lift (
  org KEY REFERENCES org,   -- which farm
  lift REAL,                -- factor on its scores, 1 or more
  share_before REAL,        -- of all places in suggestions without it
  share_after REAL          -- and with it
);

-- What a member wants to do with suggestions. No row: they are on.
CREATE TABLE insight_choice (
  person KEY REFERENCES person, -- who
  wanted BOOL,              -- off: nothing is suggested, and the purchases teach nothing
  since TIME NULL,          -- purchases before are not used: set by forgetting
  changed_at TIME           -- when
);
