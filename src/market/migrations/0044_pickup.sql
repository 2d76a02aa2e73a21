-- A place where buyers collect what they ordered.
CREATE TABLE pickup (
  id KEY,                   -- minted by the program
  org ID REFERENCES org, -- who runs it
  lang TEXT,                 -- language of its first text, shown where a translation is missing
  everyone BOOL,             -- goods of every seller can be collected here; else of those in pickup_seller
  latitude REAL NULL,        -- degrees north
  longitude REAL NULL,       -- degrees east
  open BOOL,                 -- can be chosen now
  position INT,              -- order in lists
  made_at TIME               -- when it was made
);

-- The pickup place in each language.
CREATE TABLE pickup_text (
  pickup ID REFERENCES pickup, -- which
  lang TEXT,                   -- "en", "zh-CN"
  name TEXT,                   -- "Old mill"
  address TEXT,                -- how to find it
  instructions TEXT,           -- what to bring, whom to ask; may be empty
  PRIMARY KEY (pickup, lang)
);

-- When a pickup place is open, week by week.
CREATE TABLE pickup_hours (
  pickup ID REFERENCES pickup,                     -- which
  weekday INT CHECK (weekday BETWEEN 1 AND 7),     -- 1 Monday .. 7 Sunday
  from_minute INT,                                 -- minute of the local day it opens
  to_minute INT CHECK (to_minute > from_minute),   -- minute it closes
  PRIMARY KEY (pickup, weekday, from_minute)
) WITHOUT ROWID;

-- Whose goods can be collected at a pickup place that does not serve everyone.
CREATE TABLE pickup_seller (
  pickup ID REFERENCES pickup,      -- where
  org ID REFERENCES org,   -- whose
  PRIMARY KEY (pickup, org)
) WITHOUT ROWID;
CREATE INDEX pickup_seller_org ON pickup_seller (org);
