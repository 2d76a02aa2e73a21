-- A feed of another site that a channel takes over, and how fetching it went. Kept here so that a restart does not ask everybody again.
CREATE TABLE feed (
  channel KEY REFERENCES channel, -- into which
  url TEXT,                -- http or https
  lang TEXT,               -- of its pieces: "en", "zh-CN"; empty: what the feed says, else the channel's
  state TEXT CHECK (state IN ('on', 'gone', 'off')), -- gone: the other side says that it is no more (410)
  etag TEXT,               -- as it was sent, for the next time; empty: none
  modified TEXT,           -- Last-Modified likewise
  moved TEXT,              -- where it said once that it has moved for good; said twice it becomes url
  next_at TIME,            -- when to ask again
  tried_at TIME NULL,      -- when it was asked last
  taken_at TIME NULL,      -- when something new was taken over last
  failures INT,            -- in a row
  quiet INT,               -- times in a row that brought nothing new
  said TEXT,               -- code of the last failure; empty: none
  status INT,              -- HTTP status of the last answer; 0: none came
  ttl_s INT,               -- how long its own <ttl> asks to wait
  kept INT,                -- pieces in it the last time that it was read
  refused INT,             -- and those that could not be taken
  made_by ID NULL,         -- who added it; null: the command line, or erased
  made_at TIME             -- when
);
CREATE INDEX feed_due ON feed (state, next_at);
