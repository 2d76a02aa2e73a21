-- How one bank writes its CSV files: see BankProfile in statement.h.
CREATE TABLE pay_profile (
  id KEY,                    -- minted by the program
  name TEXT,                 -- as the treasurer calls it
  mapping TEXT,              -- the BankProfile as JSON
  made_at TIME               -- when
);

-- A file of a bank or a mobile money service that was read.
CREATE TABLE pay_import (
  id KEY,                    -- minted by the program
  source TEXT,               -- account it is about: bank, mpesa, momo
  name TEXT,                 -- of the file
  hash TEXT,                 -- SHA-256 of the file, hexadecimal
  lines INT,                 -- bookings in it
  fresh INT,                 -- of these, not seen before
  closing MONEY NULL,        -- balance at its end, where it says so
  last_on DATE,              -- day of its last booking
  by ID REFERENCES person,   -- who
  at TIME                    -- when
);
CREATE INDEX pay_import_source ON pay_import (source, id);

-- One booking of a statement. Two lines that say the same in one file are two bookings (occurrence 1 and 2); the same
-- line in another file is the same booking.
CREATE TABLE pay_line (
  id KEY,                    -- minted by the program
  source TEXT,               -- as its file
  line_key TEXT,             -- SHA-256 of what it says, hexadecimal
  occurrence INT,            -- 1, 2 ... among equal lines of one file
  import ID REFERENCES pay_import, -- the first file it came in
  booked_on DATE,            -- day of booking
  amount MONEY,              -- positive: came in
  bank_ref TEXT,             -- as in the file, like all below
  end_to_end TEXT,           -- our number
  party TEXT,                -- the other side
  account TEXT,              -- of the other side
  words TEXT,                -- what the payer wrote
  state TEXT CHECK (state IN ('open', 'matched')), -- matched: it has its posting
  round INT,                 -- how often it was matched; part of the names of its transfers
  what TEXT,                 -- what it was matched as: payout, wallet, order, fee, unidentified, cash, bounce; empty while open
  subject ID NULL,           -- payout, person or order of that
  by ID NULL,                -- who matched it; null: by itself
  changed_at TIME            -- when
);
CREATE UNIQUE INDEX pay_line_key ON pay_line (source, line_key, occurrence);
CREATE INDEX pay_line_open ON pay_line (state, source, booked_on, id);
CREATE INDEX pay_line_import ON pay_line (import, id);
