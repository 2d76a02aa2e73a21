-- A quiz as a thing that lasts.
CREATE TABLE quiz (
  id KEY,                  -- minted by the program
  org ID REFERENCES org,   -- who answers for it
  channel TEXT,            -- slug of the channel it belongs to; empty: none
  mode TEXT CHECK (mode IN ('practice', 'daily', 'weekly', 'special', 'challenge', 'match', 'exam')), -- how it is played
  state TEXT CHECK (state IN ('draft', 'published', 'withdrawn')), -- who sees it: authors, everybody, authors
  rev ID,                  -- its newest revision, quiz_rev
  open_at TIME NULL,       -- nobody starts before; null: at any time
  close_at TIME NULL,      -- nobody starts after; null: never closes
  made_by ID NULL,         -- person; null: the command line or the demo
  made_at TIME,            -- when
  changed_at TIME          -- last change
);
CREATE INDEX quiz_state ON quiz (state, id);
CREATE INDEX quiz_org ON quiz (org, id);

-- One state of a quiz: rules and questions. Never changed; attempts point at it.
CREATE TABLE quiz_rev (
  id KEY,                  -- minted by the program
  quiz ID REFERENCES quiz, -- of which
  rev INT,                 -- 1, 2, 3 ... within the quiz
  selection TEXT CHECK (selection IN ('fixed', 'draw', 'due')), -- all in order; some by lot; what is due first
  questions INT,           -- how many it holds
  draw INT,                -- how many are asked; 0: all
  time_s INT,              -- for the whole of it, in seconds; 0: no limit
  question_s INT,          -- for each question; 0: no limit
  grace_s INT,             -- answers that come this much late still count: bad links
  attempts INT,            -- how often one person may; 0: as often as they like (daily: a day, weekly: a week)
  feedback TEXT CHECK (feedback IN ('immediate', 'after', 'never')), -- when the right answers are shown
  pass_ppm INT,            -- share that passes, in millionths; 0: nobody fails
  shuffle BOOL,            -- questions drawn and choices in another order for each
  marks TEXT CHECK (marks IN ('me', 'coach')), -- who sees a person's marks: only they; coaches of the organisation too
  made_by ID NULL,         -- person
  made_at TIME             -- when
);
CREATE UNIQUE INDEX quiz_rev_number ON quiz_rev (quiz, rev);

-- Title and introduction in each language.
CREATE TABLE quiz_text (
  quiz_rev ID REFERENCES quiz_rev, -- of which revision
  lang TEXT,               -- "en", "zh-CN"
  title TEXT,              -- as listed
  about TEXT,              -- Markdown; may be empty
  PRIMARY KEY (quiz_rev, lang)
) WITHOUT ROWID;

-- The questions of a revision, in their order.
CREATE TABLE quiz_question (
  quiz_rev ID REFERENCES quiz_rev, -- of which revision
  position INT,            -- from 0
  question_rev ID REFERENCES question_rev, -- as it was then
  PRIMARY KEY (quiz_rev, position)
) WITHOUT ROWID;
CREATE INDEX quiz_question_rev ON quiz_question (question_rev);
