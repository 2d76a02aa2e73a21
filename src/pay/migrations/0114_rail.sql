-- One conversation with a mobile money service: money asked from somebody's phone, or sent to it.
CREATE TABLE pay_call (
  id KEY,                    -- minted by the program; in its 13 letters the reference the service sees
  rail TEXT,                 -- mpesa or momo
  direction TEXT CHECK (direction IN ('in', 'out')), -- in: to a wallet; out: a payout
  person ID NULL REFERENCES person, -- whose wallet
  payout ID NULL REFERENCES pay_payout, -- which payout
  phone TEXT,                -- empty once over and erased
  amount MONEY,              -- asked for
  state TEXT CHECK (state IN ('new', 'submitted', 'pending', 'succeeded', 'failed', 'unknown', 'late')), -- late: paid after all, see pay_part of docs
  external TEXT,             -- number that the service gave it; may be empty
  receipt TEXT,              -- number of the money movement there; may be empty
  reason TEXT,               -- why it failed; may be empty
  tries INT,                 -- how often it was asked about
  next_at TIME NULL,         -- when it is asked about next; null: over
  made_at TIME,              -- when
  changed_at TIME            -- when
);
CREATE INDEX pay_call_next ON pay_call (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX pay_call_external ON pay_call (rail, external);
CREATE INDEX pay_call_person ON pay_call (person, id);
CREATE INDEX pay_call_payout ON pay_call (payout);

-- Every message a service sent us, once each. It decides nothing: it only makes us ask the service.
CREATE TABLE pay_rail_event (
  rail TEXT,                 -- from whom it says it is
  hash TEXT,                 -- SHA-256 of the body, hexadecimal
  call ID NULL REFERENCES pay_call, -- which it names; null: none that we know
  at TIME,                   -- when it came first
  times INT,                 -- how often it came
  PRIMARY KEY (rail, hash)
) WITHOUT ROWID;
