-- How much of a harvest still lies in a place and is in no parcel. The rest of what lies there is of no known harvest.
CREATE TABLE lot_stock (
  lot ID REFERENCES lot,     -- which harvest
  stock ID REFERENCES stock, -- in which stock row, and so where
  left_steps INT CHECK (left_steps >= 0), -- steps that are there and not packed for anybody
  moves INT,                 -- how many lot_move rows it has; the last one's seq
  PRIMARY KEY (lot, stock)
) WITHOUT ROWID;
CREATE INDEX lot_stock_stock ON lot_stock (stock, lot);

-- Every change of it, in order, without gaps. Never changed or deleted.
CREATE TABLE lot_move (
  lot ID REFERENCES lot,     -- which harvest
  stock ID REFERENCES stock, -- where
  seq INT,                   -- 1, 2, 3 ... within that harvest and stock
  kind TEXT CHECK (kind IN ('receipt', 'pack', 'unpack', 'spoil', 'lost', 'transfer')), -- why; lost: a count or loss that named no harvest
  steps INT,                 -- added to what is left, or taken
  subject ID NULL,           -- the order line, or the transfer
  actor ID NULL,             -- the person who did it; null: it followed from something else
  at TIME,                   -- when
  PRIMARY KEY (lot, stock, seq)
) WITHOUT ROWID;

-- Which harvest the packed goods of an order's line are of: who got of it, and what somebody got.
CREATE TABLE lot_take (
  line ID REFERENCES order_line, -- for which line
  lot ID REFERENCES lot,     -- of which harvest
  stock ID REFERENCES stock, -- from where
  steps INT CHECK (steps > 0), -- how much
  PRIMARY KEY (line, lot, stock)
) WITHOUT ROWID;
CREATE INDEX lot_take_lot ON lot_take (lot, line);

-- Goods carried from one place to another: the pair of stock moves it made.
CREATE TABLE stock_transfer (
  id KEY,                   -- minted by the program; the subject of both moves
  org ID REFERENCES org,     -- whose goods
  from_stock ID REFERENCES stock, -- from which row
  from_seq INT,              -- which of its moves
  to_stock ID REFERENCES stock, -- to which row
  to_seq INT,                -- which of its moves
  steps INT CHECK (steps > 0), -- how much
  note TEXT,                 -- why; may be empty
  actor ID,                  -- who
  at TIME                    -- when
);
CREATE INDEX stock_transfer_org ON stock_transfer (org, id);

-- A harvest that was called back: whoever got of it is told.
CREATE TABLE lot_recall (
  lot KEY REFERENCES lot,   -- which harvest
  reason TEXT,              -- in the seller's words, for the buyers
  orders INT,               -- how many parts of orders had got of it
  actor ID,                 -- who called it back
  at TIME                   -- when
);
