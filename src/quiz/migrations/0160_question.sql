-- What a question trains: a path such as "soil/compost". Memory is kept for each person and skill.
CREATE TABLE skill (
  id KEY,                  -- minted by the program
  org ID REFERENCES org,   -- whose questions use it
  path TEXT,               -- as authors and imported files write it
  made_at TIME             -- when it was first used
);
CREATE UNIQUE INDEX skill_path ON skill (org, path);

-- A skill's name for people, in each language; where none is, the path is shown.
CREATE TABLE skill_text (
  skill ID REFERENCES skill, -- which
  lang TEXT,                 -- "en", "zh-CN"
  name TEXT,                 -- as shown
  PRIMARY KEY (skill, lang)
) WITHOUT ROWID;

-- A question as a thing that lasts; what it says stands in its revisions.
CREATE TABLE question (
  id KEY,                  -- minted by the program
  org ID REFERENCES org,   -- whose bank it is in
  skill ID NULL REFERENCES skill, -- what it trains; null: nothing named
  rev INT,                 -- number of the newest revision
  months INT,              -- bit 0 January .. bit 11 December: when it is of the season; 0: never especially
  origin TEXT,             -- "desk", "gift", "aiken", "moodle", "qti", "demo", "pack"
  made_at TIME,            -- when
  changed_at TIME          -- last revision
);

-- One state of a question. Never changed, so that an attempt can always be judged again.
CREATE TABLE question_rev (
  id KEY,                  -- minted by the program
  question ID REFERENCES question, -- of which
  rev INT,                 -- 1, 2, 3 ... within the question
  made_by ID NULL,         -- person; null: the command line or the demo
  made_at TIME             -- when
);
CREATE UNIQUE INDEX question_rev_number ON question_rev (question, rev);

-- What a revision says and accepts, in each language: a Question as JSON (question/question.h).
CREATE TABLE question_text (
  question_rev ID REFERENCES question_rev, -- of which revision
  lang TEXT,               -- "en", "zh-CN"
  body TEXT,               -- JSON
  PRIMARY KEY (question_rev, lang)
) WITHOUT ROWID;
