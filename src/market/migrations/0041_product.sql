-- What an organisation says about itself as a producer. Its name and place live with identity.
CREATE TABLE producer (
  org KEY REFERENCES org, -- whose
  lang TEXT,                  -- language of its first text, shown where a translation is missing
  photo TEXT,                 -- key of a media item; empty: none
  changed_at TIME             -- last edit
);

-- The producer's name and story in each language.
CREATE TABLE producer_text (
  org ID REFERENCES producer, -- whose
  lang TEXT,                  -- "en", "zh-CN"
  name TEXT,                  -- as shown on goods
  place TEXT,                 -- village or valley, as people say it
  story TEXT,                 -- plain text, paragraphs parted by an empty line
  PRIMARY KEY (org, lang)
);

-- A kind of goods that somebody grows or makes.
CREATE TABLE product (
  id KEY,                   -- minted by the program
  org ID REFERENCES org,    -- its producer
  category ID REFERENCES category,   -- its shelf
  lang TEXT,                         -- language of its first text, shown where a translation is missing
  state TEXT CHECK (state IN ('draft', 'live', 'withdrawn')), -- only live ones can be bought
  season_months INT,                 -- bit 0 January .. bit 11 December; 0: the whole year or not said
  keeps_days INT NULL,               -- how long it stays good
  dfc_type TEXT NULL,                -- term of the Data Food Consortium product types, finer than the category's
  uri TEXT NULL,                     -- the name another system knows it by, so that an import is not doubled
  made_at TIME,                      -- when it was listed
  changed_at TIME                    -- last edit of it, its texts or pictures
);
CREATE INDEX product_org ON product (org, id);
CREATE INDEX product_category ON product (category, id);
CREATE UNIQUE INDEX product_uri ON product (org, uri) WHERE uri IS NOT NULL;

-- A product's name and description in each language.
CREATE TABLE product_text (
  product ID REFERENCES product, -- which
  lang TEXT,                     -- "en", "zh-CN"
  name TEXT,                     -- as shown
  story TEXT,                    -- plain text, paragraphs parted by an empty line
  PRIMARY KEY (product, lang)
);

-- Pictures of a product, the first is on its card.
CREATE TABLE product_photo (
  product ID REFERENCES product, -- which
  position INT,                  -- 0 is the first
  media TEXT,                    -- key of the media item
  alt TEXT,                      -- what it shows, for those who cannot see it; may be empty
  PRIMARY KEY (product, position)
) WITHOUT ROWID;

-- One way in which a product is sold: loose by weight, by the piece, a jar, a box.
CREATE TABLE variant (
  id KEY,                   -- minted by the program
  product ID REFERENCES product, -- of what
  position INT,                  -- order among the product's variants
  sku TEXT NULL,                 -- the producer's own number
  gtin TEXT NULL,                -- GS1 number, 8 to 14 digits
  sold_unit TEXT,                -- UN/ECE Rec 20 code that buyers order in: C62, KGM, GRM ...
  sold_scale INT CHECK (sold_scale BETWEEN 0 AND 6), -- one step is 10^-scale of the unit
  step INT CHECK (step > 0),     -- orders are multiples of this many steps
  min_steps INT CHECK (min_steps > 0), -- least order
  max_steps INT NULL,            -- greatest order of one line
  priced_unit TEXT,              -- UN/ECE Rec 20 code the price is for
  priced_scale INT CHECK (priced_scale BETWEEN 0 AND 6), -- for weighing: one priced step is 10^-scale of it
  nominal_priced_steps INT NULL, -- average priced steps of ONE whole sold unit, when it is sold by count and priced by weight
  tolerance_ppm INT,             -- how far the weighed amount may lie above the estimate, in millionths
  tare_steps INT,                -- weight of the packing in priced steps, taken off by the scale page
  content_unit TEXT NULL,        -- KGM or LTR: what one sold piece holds, for the price per kg or litre
  content_milli INT NULL,        -- thousandths of content_unit in one sold piece
  state TEXT CHECK (state IN ('live', 'withdrawn')), -- withdrawn ones cannot be offered
  made_at TIME                   -- when it was made
);
CREATE INDEX variant_product ON variant (product, position);
CREATE INDEX variant_sku ON variant (sku) WHERE sku IS NOT NULL;

-- How a variant's pack is called in each language: "500 g jar", "box of 12". Only where there is something to say.
CREATE TABLE variant_text (
  variant ID REFERENCES variant, -- which
  lang TEXT,                     -- "en", "zh-CN"
  pack TEXT,                     -- as shown
  PRIMARY KEY (variant, lang)
) WITHOUT ROWID;
