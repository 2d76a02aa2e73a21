-- What earns points. Data, so that a co-operative sets its own; never a ranking, never a quota.
CREATE TABLE point_rule (
  name TEXT,              -- as the program calls it: "read"
  points INT CHECK (points BETWEEN 0 AND 100), -- each time
  daily_cap INT CHECK (daily_cap BETWEEN 0 AND 1000), -- times a day that count; 0: any number
  used BOOL,              -- off: earns nothing
  changed_at TIME,        -- last edit
  PRIMARY KEY (name)
) WITHOUT ROWID;

-- Points somebody earned, append-only, each bound to the one before by a hash. Private; erased with the person.
CREATE TABLE point_entry (
  person ID,     -- whose
  n INT,         -- from 1
  rule TEXT REFERENCES point_rule, -- for what
  ref ID,        -- the piece, step, quiz or comment
  day DATE,      -- of the village
  delta INT,     -- how many
  at TIME,       -- when
  hash TEXT,     -- SHA-256 of the hash before and this row
  PRIMARY KEY (person, n)
);
CREATE UNIQUE INDEX point_entry_once ON point_entry (person, rule, day, ref);

-- Who wants no points counted. No row: they are counted, seen by nobody else.
CREATE TABLE point_choice (
  person KEY,      -- who; erased with them
  used BOOL,       -- counted
  changed_at TIME  -- when they chose
);
