-- A piece to read. What it says stands in its revisions.
CREATE TABLE item (
  id KEY,                        -- minted by the program
  channel ID REFERENCES channel, -- where it appears
  author ID NULL,                -- who began it; null: a feed or the program
  state TEXT CHECK (state IN ('draft', 'review', 'published', 'withdrawn')), -- of its newest revision
  newest INT,                    -- number of its newest revision
  shown INT,                     -- number of the revision readers see; 0: none yet
  visible_at TIME NULL,          -- from when on they see it (schedule and embargo); null: never published
  embargo TIME NULL,             -- not before this moment, whoever publishes it
  first_at TIME NULL,            -- when it was first published
  reason TEXT,                   -- why it was withdrawn or returned; empty: it was not
  guid TEXT NULL,                -- of a piece from a feed: its identity there
  comment_mode TEXT NULL CHECK (comment_mode IN ('none', 'first', 'all')), -- other than its channel's
  made_at TIME,                  -- when it was made
  changed_at TIME                -- last change of state or words
);
CREATE INDEX item_channel ON item (channel, visible_at, id);
CREATE INDEX item_visible ON item (visible_at, id);
CREATE INDEX item_work ON item (state, changed_at);
CREATE UNIQUE INDEX item_guid ON item (channel, guid) WHERE guid IS NOT NULL;

-- What a piece said at one time. Never changed.
CREATE TABLE item_revision (
  id KEY,                  -- minted by the program
  item ID REFERENCES item, -- of which
  number INT,              -- from 1
  author ID NULL,          -- who wrote it; null: a feed or the program
  lang TEXT,               -- language of its first text
  picture TEXT,            -- key of media; empty: none
  picture_alt TEXT,        -- what the picture shows
  source_name TEXT,        -- where it comes from; empty: written here
  source_url TEXT,         -- address of the original; empty: none
  licence TEXT,            -- how others may use it; empty: ask the author
  note TEXT,               -- what changed
  hash TEXT,               -- SHA-256 of all it says, so that nobody changes it unseen
  bytes INT,               -- about how much a phone fetches to read it, pictures too
  at TIME                  -- when it was written
);
CREATE UNIQUE INDEX item_revision_number ON item_revision (item, number);

-- The words of a revision in each language. Never changed.
CREATE TABLE item_text (
  revision ID REFERENCES item_revision, -- of which
  lang TEXT,                            -- "en", "zh-CN"
  title TEXT,                           -- headline
  summary TEXT,                         -- one or two sentences for lists
  body TEXT,                            -- Markdown
  PRIMARY KEY (revision, lang)
);

-- What happened to a piece, append-only.
CREATE TABLE item_event (
  item ID REFERENCES item, -- to which
  seq INT,                 -- from 1
  verb TEXT,               -- add, revise, submit, return, publish, withdraw, restore
  from_state TEXT,         -- before
  to_state TEXT,           -- after
  revision INT,            -- number of the revision it was about
  who ID NULL,             -- who did it; null: a feed or the program
  reason TEXT,             -- for returning and withdrawing
  at TIME,                 -- when
  PRIMARY KEY (item, seq)
) WITHOUT ROWID;

-- sqlite:
-- Words of every shown piece in all its languages, folded, Han characters one by one.
CREATE VIRTUAL TABLE item_search USING fts5(words, tokenize = 'unicode61 remove_diacritics 0', columnsize = 0);
-- postgres:
-- Words of every shown piece in all its languages, folded, Han characters one by one.
-- derived
CREATE TABLE item_search (
  id KEY,     -- item
  words TEXT  -- separated by spaces
);
CREATE INDEX item_search_words ON item_search USING gin (to_tsvector('simple', words));
-- both:
-- What is on the reader's own list: pieces ticked as read. Read only for that person.
CREATE TABLE item_read (
  person ID,               -- who; erased with them
  item ID REFERENCES item, -- which
  at TIME,                 -- when they ticked it
  PRIMARY KEY (person, item)
) WITHOUT ROWID;
