-- Where somebody wants to be paid. Holds names and account numbers: erased with its person.
CREATE TABLE pay_destination (
  id KEY,                    -- minted by the program
  person ID NULL REFERENCES person, -- whose; or
  org ID NULL REFERENCES org, -- whose
  rail TEXT CHECK (rail IN ('bank', 'mpesa', 'momo', 'cash')), -- how
  name TEXT,                 -- of the account's holder; empty once erased
  number TEXT,               -- IBAN, account or phone; empty for cash and once erased
  bank TEXT,                 -- BIC, may be empty
  made_at TIME,              -- when
  gone_at TIME NULL          -- replaced by another one
);
CREATE INDEX pay_destination_person ON pay_destination (person) WHERE gone_at IS NULL;
CREATE INDEX pay_destination_org ON pay_destination (org) WHERE gone_at IS NULL;

-- Payouts that are approved and sent together.
CREATE TABLE pay_batch (
  id KEY,                    -- minted by the program
  rail TEXT,                 -- bank, mpesa, momo or cash
  state TEXT CHECK (state IN ('draft', 'approved', 'exported', 'paid', 'done', 'dropped')), -- where it stands
  made_by ID REFERENCES person, -- who wrote it
  approved_by ID NULL REFERENCES person, -- who agreed: somebody else
  pay_on DATE,               -- when the bank shall pay
  made_at TIME,              -- when
  changed_at TIME            -- when
);
CREATE INDEX pay_batch_state ON pay_batch (state, id);

-- One payment to one receiver. From draft on its money is held in the ledger, so that it cannot be spent twice.
CREATE TABLE pay_payout (
  id KEY,                    -- minted by the program; its text is the number on the bank's statement
  batch ID REFERENCES pay_batch, -- in which
  account ID,                -- from which account of the ledger: a wallet or a producer's earnings
  person ID NULL REFERENCES person, -- whose; or
  org ID NULL REFERENCES org, -- whose
  destination ID REFERENCES pay_destination, -- to where
  amount MONEY,              -- how much
  state TEXT CHECK (state IN ('draft', 'sent', 'unknown', 'paid', 'reconciled', 'bounced', 'dropped')), -- where it stands
  reason TEXT,               -- why it bounced; may be empty
  changed_at TIME            -- when
);
CREATE INDEX pay_payout_batch ON pay_payout (batch, id);
CREATE INDEX pay_payout_account ON pay_payout (account, id);
CREATE INDEX pay_payout_state ON pay_payout (state, id);
