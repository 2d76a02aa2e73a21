-- A cash box in somebody's care: money goes in and out of wallets through it.
CREATE TABLE pay_till (
  id KEY,                    -- minted by the program
  name TEXT,                 -- as people call it: "Cash box at the house"
  agent ID REFERENCES person, -- who answers for it
  account ID,                -- its account in the ledger (1010)
  most MONEY,                -- it may not hold more than this; the rest goes to the bank
  per_person MONEY,          -- most that one person may bring or take in a day
  open BOOL,                 -- may be used
  made_at TIME               -- when
);
CREATE UNIQUE INDEX pay_till_agent ON pay_till (agent) WHERE open = 1;

-- A till counted by two people. What is missing or too much is booked at once, with their names on it.
CREATE TABLE pay_count (
  id KEY,                    -- minted by the program
  till ID REFERENCES pay_till, -- which
  expected MONEY,            -- what the book said
  counted MONEY,             -- what lay there
  by ID REFERENCES person,   -- who counted
  witness ID REFERENCES person, -- who watched: somebody else
  note TEXT,                 -- why, when it differs; may be empty
  at TIME                    -- when
);
CREATE INDEX pay_count_till ON pay_count (till, id);
