-- What a card in the market shows, one row an offer that anybody may see, in the product's own language.
-- derived
CREATE TABLE listing (
  offer KEY REFERENCES offer, -- which
  rank INT,                -- order on the shelf: the offer's id while in stock; minus 2^63-1 when sold out, so those come last
  product ID,              -- of which product
  variant ID,              -- which variant
  org ID,                  -- who sells it
  producer ID,             -- who made it
  category ID,             -- its shelf
  place ID,                -- from which stock
  title TEXT,              -- product's name
  pack TEXT,               -- how it is packed; may be empty
  producer_name TEXT,      -- as shown
  price MONEY,             -- for one whole priced unit
  sold_unit TEXT,          -- as on the variant
  sold_scale INT,          -- as on the variant
  step INT,                -- as on the variant
  min_steps INT,           -- as on the variant
  priced_unit TEXT,        -- as on the variant
  nominal_milli INT NULL,  -- average thousandths of priced_unit in one sold unit, when priced by weight
  content_unit TEXT NULL,  -- as on the variant
  content_milli INT NULL,  -- as on the variant
  season_months INT,       -- as on the product
  photo TEXT,              -- media key of the first picture; empty: none
  photo_alt TEXT           -- what it shows
);
CREATE INDEX listing_rank ON listing (rank);
CREATE INDEX listing_org ON listing (org, rank);
CREATE INDEX listing_product ON listing (product);
CREATE INDEX listing_variant ON listing (variant, place);

-- The same texts in other languages.
-- derived
CREATE TABLE listing_text (
  offer ID REFERENCES listing, -- which
  lang TEXT,               -- "en", "zh-CN"
  title TEXT,              -- product's name
  pack TEXT,               -- how it is packed; may be empty
  producer_name TEXT,      -- as shown
  PRIMARY KEY (offer, lang)
) WITHOUT ROWID;

-- On which shelves a listing stands: its category and all above.
-- derived
CREATE TABLE listing_category (
  category ID,              -- which shelf
  rank INT,                 -- as on the listing
  offer ID REFERENCES listing, -- which
  PRIMARY KEY (category, rank)
) WITHOUT ROWID;
CREATE INDEX listing_category_offer ON listing_category (offer);

-- Words of every listing in all its languages, folded by text_search, Han characters one by one.
-- sqlite:
CREATE VIRTUAL TABLE listing_search USING fts5(words, tokenize = 'unicode61 remove_diacritics 0', columnsize = 0);
-- postgres:
-- Words of every listing in all its languages, folded by text_search, Han characters one by one.
-- derived
CREATE TABLE listing_search (
  id KEY,     -- offer
  words TEXT  -- separated by spaces
);
CREATE INDEX listing_search_words ON listing_search USING gin (to_tsvector('simple', words));
