-- A row of pieces that people subscribe to.
CREATE TABLE channel (
  id KEY,                  -- minted by the program
  org ID REFERENCES org,   -- who answers for it: its editors write, its moderators moderate
  slug TEXT,               -- its name in addresses
  kind TEXT CHECK (kind IN ('news', 'training', 'market', 'person')), -- what it is for
  person ID NULL,          -- kind person: whose; erased with them
  visibility TEXT CHECK (visibility IN ('public', 'members')), -- members: only for people of the co-operative
  comment_mode TEXT CHECK (comment_mode IN ('none', 'first', 'all')), -- which comments wait for a moderator; none: nobody comments
  lang TEXT,               -- language of its first text
  open BOOL,               -- closed ones are not listed any more
  made_at TIME,            -- when it was made
  changed_at TIME          -- last edit
);
CREATE UNIQUE INDEX channel_slug ON channel (slug);

-- A channel's name and what it is about, in each language.
CREATE TABLE channel_text (
  channel ID REFERENCES channel, -- whose
  lang TEXT,                     -- "en", "zh-CN"
  title TEXT,                    -- as shown
  about TEXT,                    -- one or two sentences
  PRIMARY KEY (channel, lang)
) WITHOUT ROWID;

-- Who follows what. Read only for that person; everybody else sees counts, and none below five.
CREATE TABLE subscription (
  person ID,                     -- who; erased with them
  channel ID REFERENCES channel, -- which
  at TIME,                       -- since when
  PRIMARY KEY (person, channel)
) WITHOUT ROWID;
CREATE INDEX subscription_channel ON subscription (channel);
