-- A ledger of one currency. Money never crosses from one book to another.
CREATE TABLE book (
  id KEY,            -- minted by the program
  name TEXT,         -- "main" is the village's own
  currency TEXT,     -- ISO 4217, for good
  places INT,        -- decimal places of the currency, for good
  made_at TIME       -- when it was opened
);
CREATE UNIQUE INDEX book_name ON book (name);

-- An account with its four counters, which always equal the fold of its transfers.
CREATE TABLE account (
  id KEY,                           -- minted by the program
  book ID REFERENCES book,          -- which ledger
  account_key TEXT NULL,            -- the program's own name for it: "wallet/...", "escrow/..."
  person ID NULL REFERENCES person, -- whose it is; they may see it
  org ID NULL REFERENCES org,       -- or whose, when it belongs to an organisation
  code TEXT,                        -- in the chart of accounts: "2010"; may be empty
  name TEXT,                        -- what it is called; never the name of a person
  flags INT,                        -- bits of AccountFlag
  dr_posted INT,                    -- sum of what was debited, minor units
  cr_posted INT,                    -- sum of what was credited
  dr_pending INT,                   -- debits that are held
  cr_pending INT,                   -- credits that are held
  last_seq INT,                     -- its newest transfer; 0: none yet
  opened_at TIME                    -- when
);
CREATE UNIQUE INDEX account_of_key ON account (book, account_key) WHERE account_key IS NOT NULL;
CREATE INDEX account_code ON account (book, code, id);
CREATE INDEX account_person ON account (person) WHERE person IS NOT NULL;
CREATE INDEX account_org ON account (org) WHERE org IS NOT NULL;

-- The journal: what happened, in order, never changed and never deleted. The engine knows that both accounts are there;
-- verify proves it again, so that no foreign key slows each line.
CREATE TABLE transfer (
  seq KEY,           -- 1, 2, 3 ... without a gap
  id BLOB,           -- UUID, made by the client
  debit ID,          -- account
  credit ID,         -- account
  amount INT,        -- minor units, above 0; 0 only for what gives a hold back
  kind TEXT,         -- a word: "payment", "fee", "refund"
  flags INT,         -- bits of TransferFlag
  refers INT,        -- the transfer that this one posts, voids or reverses; 0: none
  group_seq INT,     -- the first transfer of its all-or-nothing group; 0: it stands alone
  effective_on DATE, -- the business day; may lie before the day of recording
  recorded_at INT,   -- nanoseconds since 1970, strictly increasing
  expires_at INT,    -- of a hold: milliseconds since 1970; 0: never
  actor INT,         -- the person who did it; 0: the house
  ref TEXT,          -- what it was about: an order, a document's hash; no names
  dr_prev INT,       -- the debit account's transfer before this one; 0: none
  cr_prev INT,       -- the credit account's
  dr_after INT,      -- the debit account's credits less debits, posted, after this one
  cr_after INT,      -- the credit account's
  hash BLOB          -- SHA-256 over the hash before and all of this row
);
CREATE UNIQUE INDEX transfer_id ON transfer (id);

-- What became of a pending transfer.
CREATE TABLE hold (
  seq KEY,           -- the pending transfer
  state TEXT CHECK (state IN ('open', 'posted', 'voided', 'expired')), -- ends once
  expires_at INT,    -- milliseconds since 1970; 0: never
  amount INT,        -- held
  posted INT,        -- how much of it was posted
  resolved_seq INT   -- the transfer that ended it; 0: none yet
);
CREATE INDEX hold_due ON hold (expires_at) WHERE state = 'open' AND expires_at > 0;

-- Which transfer was taken back by which: once at most.
CREATE TABLE reversal (
  original KEY,      -- what was taken back
  seq INT            -- by this one
);

-- Turnover by account and business day, up to ledger_head.folded: makes a trial balance of any day quick.
-- derived
CREATE TABLE account_day (
  account ID,        -- which
  day DATE,          -- business day
  dr INT,            -- posted debits of that day
  cr INT,            -- posted credits
  PRIMARY KEY (account, day)
) WITHOUT ROWID;

-- Where the journal stands, kept apart from it, so that a journal that was cut short is found out. One row.
CREATE TABLE ledger_head (
  id KEY,            -- 1
  seq INT,           -- the last transfer
  hash BLOB,         -- its hash
  recorded_at INT,   -- its time
  folded INT,        -- account_day holds all up to this one
  latest_on DATE     -- no transfer has a later business day
);

-- The state of the chain at the end of each day, to be printed and kept elsewhere.
CREATE TABLE anchor (
  day DATE,          -- local day
  last_seq INT,      -- the last transfer by then
  hash BLOB,         -- its hash
  root BLOB,         -- SHA-256 over day, sequence, hash and every account's totals
  dr_total INT,      -- all posted debits
  cr_total INT,      -- all posted credits
  accounts INT,      -- how many
  made_at TIME,      -- when it was written
  PRIMARY KEY (day)
);
