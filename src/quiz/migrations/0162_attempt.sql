-- Two people answer the same paper.
CREATE TABLE quiz_match (
  id KEY,                  -- minted by the program
  quiz ID REFERENCES quiz, -- which
  quiz_rev ID REFERENCES quiz_rev, -- as it was when the match began
  seed INT,                -- of both papers
  code TEXT,               -- six digits that the first one tells the other
  host ID,                 -- person who began; 0 once erased
  guest ID NULL,           -- person who joined; null: nobody yet
  made_at TIME             -- when
);
CREATE INDEX quiz_match_code ON quiz_match (code, made_at);

-- Somebody answers a quiz. Seed and revision give the paper again; the events say what was answered.
CREATE TABLE attempt (
  id KEY,                  -- minted by the program
  quiz ID REFERENCES quiz, -- which
  quiz_rev ID REFERENCES quiz_rev, -- as it was at the start
  person ID,               -- who; 0 once erased
  lang TEXT,               -- language of the paper
  seed INT,                -- of the draw and of the order of choices
  asked INT,               -- how many questions the paper has
  paper TEXT,              -- positions in the quiz, by commas; empty: they come from the seed
  device TEXT,             -- the device's own random name
  device_seq INT,          -- its own number for this attempt: sent again, it is the same attempt
  quiz_match ID NULL REFERENCES quiz_match, -- of which match
  period INT,              -- the local day (daily) or week (weekly) it counts for; else 0
  started_at TIME,         -- by the server's clock
  due_at TIME NULL,        -- when the time is over; null: no limit
  ended_at TIME NULL,      -- when it was handed in or its time was over
  share INT NULL,          -- result in ten-millionths once ended; derived from the events and marks
  waits INT,               -- open answers that no coach has marked yet
  passed BOOL              -- reached the share that passes
);
CREATE UNIQUE INDEX attempt_device ON attempt (person, device, device_seq);
CREATE INDEX attempt_quiz ON attempt (quiz, person, id);
CREATE INDEX attempt_person ON attempt (person, id);
CREATE INDEX attempt_open ON attempt (due_at) WHERE ended_at IS NULL AND due_at IS NOT NULL;
CREATE INDEX attempt_match ON attempt (quiz_match) WHERE quiz_match IS NOT NULL;

-- Every answer, for ever: the truth that results are made of. Only added to.
CREATE TABLE attempt_event (
  attempt ID REFERENCES attempt, -- of which
  device TEXT,             -- which device sent it
  seq INT,                 -- that device's number for it: sent again, it is the same answer
  position INT,            -- of the question in the paper, from 0
  response TEXT,           -- as sent (question/question.h)
  share INT,               -- what it was worth, in ten-millionths
  waits BOOL,              -- a coach must look at it
  counts BOOL,             -- came in time
  hinted BOOL,             -- the hint was opened before
  ms INT,                  -- how long it took, as the device says; 0: not said
  answered_at TIME,        -- as the device says; never trusted
  received_at TIME,        -- by the server's clock
  PRIMARY KEY (attempt, device, seq)
) WITHOUT ROWID;

-- What a coach says of an open answer. Only added to; the newest holds.
CREATE TABLE attempt_mark (
  attempt ID REFERENCES attempt, -- of which
  position INT,            -- which question of the paper
  at TIME,                 -- when
  share INT,               -- in ten-millionths
  note TEXT,               -- to the learner; may be empty
  marked_by ID,            -- coach
  PRIMARY KEY (attempt, position, at)
) WITHOUT ROWID;
