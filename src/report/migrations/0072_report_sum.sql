-- What reports add up is added up once more for each week, so that a year is some thousand rows and not some hundred thousand; the wide
-- indexes over every line go. The rows are derived; they are made again at the next start.
DROP TABLE report_row;

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
  week INT,                 -- which seven days since 1970 that lies in
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
CREATE INDEX report_row_at ON report_row (at, kind);
CREATE INDEX report_row_part_cycle ON report_row (cycle, party, order_group, seller, amount, seller_order, steps) WHERE kind = 'part';
CREATE INDEX report_row_part_week ON report_row (week, party, order_group, seller, amount, at, seller_order, steps) WHERE kind = 'part';

-- The rows of a week with the same of all that reports group by, added up; in the transaction of each of them. A sum of no rows may stay.
-- derived
CREATE TABLE report_sum (
  week INT,                 -- which seven days since 1970
  cycle ID,                 -- in which cycle; 0: in none
  kind TEXT,                -- of the rows
  seller ID,                -- who sells
  variant ID,               -- line: what; else 0
  party ID,                 -- line: the producer; fee and charge: who gets it (0: not said); part: 0
  word TEXT,                -- kind of the fee or charge; else empty
  payer TEXT,               -- fee: buyer, seller; else empty
  tax_ppm INT,              -- tax rate inside the amounts
  n INT CHECK (n >= 0),     -- how many rows
  steps INT,                -- sums of theirs from here on
  weighed INT,              -- what the scale said
  amount MONEY,             -- what they come to
  tax MONEY,                -- tax inside
  PRIMARY KEY (week, kind, cycle, seller, variant, party, word, payer, tax_ppm)
) WITHOUT ROWID;
CREATE INDEX report_sum_cycle ON report_sum (cycle, kind);

-- The sums follow each row by themselves, so that an order costs no statement more. (PostgreSQL does both in one statement of ours,
-- report/queries.sql.)
-- sqlite:
CREATE TRIGGER report_row_added AFTER INSERT ON report_row
BEGIN
  INSERT INTO report_sum (week, cycle, kind, seller, variant, party, word, payer, tax_ppm, n, steps, weighed, amount, tax)
  VALUES (new.week, new.cycle, new.kind, new.seller, new.variant, CASE WHEN new.kind = 'part' THEN 0 ELSE new.party END, new.word, new.payer,
          new.tax_ppm, 1, new.steps, new.weighed, new.amount, new.tax)
  ON CONFLICT (week, kind, cycle, seller, variant, party, word, payer, tax_ppm)
  DO UPDATE SET n = n + 1, steps = steps + excluded.steps, weighed = weighed + excluded.weighed, amount = amount + excluded.amount, tax = tax + excluded.tax;
END;
CREATE TRIGGER report_row_gone AFTER DELETE ON report_row
BEGIN
  UPDATE report_sum SET n = n - 1, steps = steps - old.steps, weighed = weighed - old.weighed, amount = amount - old.amount, tax = tax - old.tax
   WHERE week = old.week AND kind = old.kind AND cycle = old.cycle AND seller = old.seller AND variant = old.variant
     AND party = CASE WHEN old.kind = 'part' THEN 0 ELSE old.party END AND word = old.word AND payer = old.payer AND tax_ppm = old.tax_ppm;
END;
-- both:
