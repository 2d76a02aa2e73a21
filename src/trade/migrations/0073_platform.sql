-- Catalogues of other platforms that an organisation follows, in the words of the Data Food Consortium: what stands on sale there is read
-- again when that platform says so, and once a day.
CREATE TABLE dfc_platform (
  id KEY,                 -- minted by the program
  org ID REFERENCES org,  -- who follows it; what is read becomes its goods
  name TEXT,              -- in addresses: letters, digits, hyphens
  url TEXT,               -- the enterprise over there; its goods stand below at /catalog_items
  takes BOOL,             -- false: its goods are not read any more
  by_person ID,           -- who said so last
  asked_at TIME NULL,     -- since when a reading waits
  read_at TIME NULL,      -- when it was read last, well or not
  said TEXT,              -- the code of what went wrong then; empty: nothing
  made INT,               -- goods that reading made
  changed INT,            -- and changed
  refused INT             -- and could not take
);
CREATE UNIQUE INDEX dfc_platform_name ON dfc_platform (org, name);
CREATE INDEX dfc_platform_due ON dfc_platform (takes, read_at);
