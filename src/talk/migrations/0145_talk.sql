-- What people may comment on: a piece, a question, a lesson. Written by the room that shows it.
CREATE TABLE talk_place (
  subject KEY,           -- what is commented on, as its room calls it
  kind TEXT,             -- "item", "question"
  org ID REFERENCES org, -- whose moderators look after it
  mode TEXT CHECK (mode IN ('none', 'first', 'all')), -- first: an author's first ones wait; all: every one; none: closed
  members BOOL,          -- only members read and write here
  path TEXT,             -- where it is shown
  title TEXT,            -- what it is called, for moderators
  changed_at TIME        -- last edit
);

-- The rules of the talk. Data, so that a co-operative writes its own; a removal names one of them.
CREATE TABLE talk_rule (
  id KEY,          -- minted by the program
  position INT,    -- from 1
  title_en TEXT,   -- in English
  title_zh TEXT,   -- in Chinese
  text_en TEXT,    -- what it means, in English
  text_zh TEXT,    -- and in Chinese
  used BOOL,       -- replaced ones stay, since decisions name them
  made_at TIME     -- when it was made
);

-- Words that let a comment wait for a moderator, whoever writes it.
CREATE TABLE talk_word (
  words TEXT,      -- folded, Han characters one by one
  typed TEXT,      -- as the moderator typed it
  who ID NULL,     -- who added it
  at TIME,         -- when
  PRIMARY KEY (words)
) WITHOUT ROWID;

-- What is said to a person by the house: a removal, the end of an appeal. Erased with them.
CREATE TABLE talk_notice (
  id KEY,          -- minted by the program
  person ID NULL,  -- to whom; null once erased
  kind TEXT CHECK (kind IN ('removed', 'restored', 'upheld')), -- what about
  at TIME,         -- since when it can be read
  read_at TIME NULL -- when it was opened
);
CREATE INDEX talk_notice_person ON talk_notice (person, id) WHERE person IS NOT NULL;

-- A decision that takes a comment away or gives it back, append-only. Fields follow the EU's database of statements of reasons.
CREATE TABLE talk_decision (
  id KEY,                    -- minted by the program
  comment ID,                -- about which
  act TEXT CHECK (act IN ('hide', 'restore')), -- what was done
  visibility TEXT CHECK (visibility IN ('CONTENT_REMOVED', 'CONTENT_RESTORED')), -- decision_visibility
  ground TEXT CHECK (ground IN ('INCOMPATIBLE_CONTENT', 'ILLEGAL_CONTENT', 'APPEAL')), -- decision_ground
  rule ID REFERENCES talk_rule, -- which rule
  rule_hash TEXT,            -- SHA-256 of the rule's words at that time
  reason TEXT CHECK (reason <> ''), -- why, for the author and the public log; names nobody
  source TEXT CHECK (source IN ('notice', 'own_initiative', 'appeal')), -- how it came to the moderator
  automated BOOL,            -- found by the word list
  moderator ID NULL,         -- who decided; null once erased
  role TEXT,                 -- as what: "moderator", "admin"
  notice ID REFERENCES talk_notice, -- what the author is told
  payload_hash TEXT,         -- SHA-256 of the comment's words
  at TIME,                   -- when, and from when on it holds
  appeal_until TIME          -- until when the author may appeal
);
CREATE INDEX talk_decision_comment ON talk_decision (comment);
CREATE INDEX talk_decision_notice ON talk_decision (notice);

-- A comment. Hidden ones cannot be without the decision that hid them.
CREATE TABLE comment (
  id KEY,                              -- minted by the program
  subject ID REFERENCES talk_place,    -- on what
  parent ID NULL REFERENCES comment,   -- an answer to which; null: none
  author ID NULL,                      -- who; null once erased
  body TEXT,                           -- plain text; empty once deleted by its author
  state TEXT CHECK (state IN ('pending', 'visible', 'hidden', 'deleted')), -- pending: waits for a moderator
  decision ID NULL REFERENCES talk_decision, -- which hid it; null while it is not hidden
  held TEXT CHECK (held IN ('', 'first', 'all', 'word', 'link')), -- why it waited; empty: it did not
  device TEXT NULL,                    -- of one written without a network: which phone
  seq INT NULL,                        -- and its running number there
  at TIME,                             -- when it came in
  changed_at TIME,                     -- last change of state or words
  CHECK ((state = 'hidden') = (decision IS NOT NULL))
);
CREATE INDEX comment_subject ON comment (subject, id);
CREATE INDEX comment_author ON comment (author, id) WHERE author IS NOT NULL;
CREATE INDEX comment_waiting ON comment (state, id);
CREATE UNIQUE INDEX comment_device ON comment (author, device, seq) WHERE device IS NOT NULL;

-- Somebody thinks that a comment breaks a rule. Who it was is seen by moderators only.
CREATE TABLE comment_report (
  comment ID REFERENCES comment, -- which
  person ID,                     -- who says so; 0 once erased
  rule ID REFERENCES talk_rule,  -- which rule
  words TEXT,                    -- why; may be empty
  at TIME,                       -- when
  done_at TIME NULL,             -- when a moderator looked
  PRIMARY KEY (comment, person)
);
CREATE INDEX comment_report_open ON comment_report (done_at, comment);

-- The one appeal against a decision, and how it ended. The end names another moderator where there is one.
CREATE TABLE talk_appeal (
  decision KEY REFERENCES talk_decision, -- against which
  words TEXT,               -- what the author says; empty once erased
  at TIME,                  -- when
  state TEXT CHECK (state IN ('open', 'upheld', 'reversed')), -- upheld: the removal stands
  moderator ID NULL,        -- who decided it
  reason TEXT,              -- why; empty while open
  decided_at TIME NULL      -- when
);
CREATE INDEX talk_appeal_open ON talk_appeal (state, decision);
