-- What reports add up: one row for each line, fee and charge of every part of an order that was not cancelled, and one for the part
-- itself, with all that a report groups by. Written in the transaction of each order event.
-- derived
CREATE TABLE report_row (
  seller_order ID,          -- which part
  kind TEXT CHECK (kind IN ('line', 'fee', 'charge', 'part')), -- what the row stands for
  ref ID,                   -- order line, charge, or the part
  position INT,             -- of the fee on its line; else 0
  order_group ID,           -- of which order
  cycle ID,                 -- in which cycle; 0: in none
  at TIME,                  -- when it was ordered
  pickup ID,                -- where it is collected
  seller ID,                -- who sells
  party ID,                 -- line: the producer; fee and charge: who gets it (0: not said); part: the buyer (0: a guest)
  variant ID,               -- line: what; else 0
  word TEXT,                -- kind of the fee or charge; else empty
  payer TEXT,               -- fee: buyer, seller; else empty
  steps INT,                -- line: steps as things stand; part: how many lines
  weighed INT,              -- line: what the scale said, in priced steps; else 0
  amount MONEY,             -- what it comes to
  tax_ppm INT,              -- tax rate inside it
  tax MONEY,                -- tax inside it
  PRIMARY KEY (seller_order, kind, ref, position)
) WITHOUT ROWID;
CREATE INDEX report_row_cycle ON report_row (cycle, kind, seller, variant, word, payer, party, tax_ppm, steps, weighed, amount, tax);
CREATE INDEX report_row_at ON report_row (kind, at, seller, variant, word, payer, party, tax_ppm, steps, weighed, amount, tax);
