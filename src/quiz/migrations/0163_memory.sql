-- What somebody remembers of a skill (FSRS-6, solve/memory). Only that person reads it.
CREATE TABLE memory (
  person ID,               -- who; gone with them
  skill ID REFERENCES skill, -- what
  algo INT,                -- 6: FSRS-6
  stability REAL,          -- days until nine of ten would still know it
  difficulty REAL,         -- 1 .. 10
  reps INT,                -- reviews so far
  lapses INT,              -- of them forgotten
  recent INT,              -- bits of the last answers, the newest lowest
  recent_len INT,          -- how many of them, at most 32
  criterion_m INT,         -- the badge needs this many right ...
  criterion_n INT,         -- ... of the last so many; frozen when the record began
  criterion_r REAL,        -- and this chance to know it still
  reviewed_at TIME,        -- last review
  due_at TIME,             -- when to ask again
  PRIMARY KEY (person, skill)
) WITHOUT ROWID;
CREATE INDEX memory_due ON memory (person, due_at);

-- The one knob: how well somebody wants to keep what they learn.
CREATE TABLE memory_wish (
  person KEY,              -- who; gone with them
  retention_ppm INT,       -- 800000, 900000 or 950000
  changed_at TIME          -- when
);
