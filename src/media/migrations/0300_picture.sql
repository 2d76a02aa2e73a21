-- Pictures. The files of each stand in data/media, named by hash and width; nothing of the original file is kept.
CREATE TABLE picture (
  id KEY, -- minted by us
  hash TEXT, -- of the file as it came: the same file is stored once
  key TEXT, -- how other rows name it: hash, size of the widest rendition, main colour
  width INT, -- pixels of the original, upright
  height INT, -- pixels of the original, upright
  bytes INT, -- of all renditions together
  uses INT, -- rows elsewhere that hold the key
  unused_since TIME, -- when it was made or last dropped; counts only while nothing uses it
  made_at TIME -- when it was taken in
);
CREATE UNIQUE INDEX picture_hash ON picture (hash);
CREATE INDEX picture_unused ON picture (uses, unused_since);
