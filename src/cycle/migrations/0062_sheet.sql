-- What one producer must bring for a cycle: made when the cycle closes, sent, seen and confirmed.
CREATE TABLE producer_sheet (
  id KEY,                    -- minted by the program
  cycle ID REFERENCES cycle, -- for which cycle
  org ID REFERENCES org,     -- which producer
  version INT CHECK (version > 0), -- goes up when orders change after it was made
  state TEXT CHECK (state IN ('sent', 'seen', 'confirmed', 'short')), -- short: the producer says that something is missing
  total MONEY,               -- what its lines come to as ordered
  note TEXT,                 -- from the producer: what is missing, when it comes; may be empty
  sent_at TIME,              -- when this version went out
  seen_at TIME NULL,         -- when somebody of the producer first opened it
  answered_at TIME NULL      -- when it was confirmed or called short
);
CREATE UNIQUE INDEX producer_sheet_once ON producer_sheet (cycle, org);
CREATE INDEX producer_sheet_org ON producer_sheet (org, id);

-- How much of one variant all orders of the cycle together want.
CREATE TABLE producer_sheet_line (
  sheet ID REFERENCES producer_sheet, -- of which sheet
  variant ID REFERENCES variant,      -- what
  title TEXT,                -- in the product's own language
  pack TEXT,                 -- how it is packed; may be empty
  sold_unit TEXT,            -- as on the variant
  sold_scale INT,            -- as on the variant
  steps INT,                 -- how much
  orders INT,                -- for how many orders
  amount MONEY,              -- what it comes to as ordered
  PRIMARY KEY (sheet, variant)
) WITHOUT ROWID;
