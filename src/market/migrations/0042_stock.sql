-- Where an organisation keeps goods: the farm's own store, a hub, a van.
CREATE TABLE stock_place (
  id KEY,                   -- minted by the program
  org ID REFERENCES org, -- who keeps it
  name TEXT,                      -- as its people call it
  made_at TIME                    -- when it was made
);
CREATE INDEX stock_place_org ON stock_place (org, id);

-- A harvest or batch that must stay traceable.
CREATE TABLE lot (
  id KEY,                   -- minted by the program
  variant ID REFERENCES variant, -- of what
  code TEXT,                     -- as written on the box
  harvested_on DATE NULL,        -- day of harvest or making
  field TEXT,                    -- which field, coop or vat; may be empty
  best_before DATE NULL,         -- last good day
  grade TEXT,                    -- as the producer grades; may be empty
  made_at TIME                   -- when it was recorded
);
CREATE INDEX lot_variant ON lot (variant, id);

-- How much of a variant lies in one place. Changed only together with a stock_move.
CREATE TABLE stock (
  id KEY,                   -- minted by the program
  variant ID REFERENCES variant,   -- of what
  place ID REFERENCES stock_place, -- where
  lot ID NULL REFERENCES lot,      -- which harvest; null: not kept apart
  on_hand INT,                     -- steps that lie there
  reserved INT,                    -- of these, steps promised to somebody
  oversell BOOL,                   -- may be promised without lying there (grown to order)
  moves INT,                       -- how many stock_move rows it has; the last one's seq
  CHECK (reserved >= 0),
  CHECK (oversell = 1 OR reserved <= on_hand)
);
CREATE UNIQUE INDEX stock_of_lot ON stock (variant, place, lot) WHERE lot IS NOT NULL;
CREATE UNIQUE INDEX stock_without_lot ON stock (variant, place) WHERE lot IS NULL;
CREATE INDEX stock_at ON stock (variant, place);

-- Every change of a stock row, in order, without gaps. Never changed or deleted.
CREATE TABLE stock_move (
  stock ID REFERENCES stock, -- which row
  seq INT,                   -- 1, 2, 3 ... within that row
  kind TEXT CHECK (kind IN ('receipt', 'reserve', 'release', 'sale', 'return', 'spoil', 'count', 'transfer')), -- why
  on_hand_change INT,        -- steps added to on_hand, or taken
  reserved_change INT,       -- steps added to reserved, or taken
  subject ID NULL,           -- the seller order it belongs to
  actor ID NULL,             -- the person who did it; null: the house itself or a guest
  at TIME,                   -- when
  PRIMARY KEY (stock, seq)
) WITHOUT ROWID;
