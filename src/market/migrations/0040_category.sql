-- A shelf of the market. Categories form a tree.
CREATE TABLE category (
  id KEY,                   -- minted by the program
  parent ID NULL REFERENCES category, -- the shelf it stands in; null at the top
  slug TEXT,                          -- in addresses and imports: "vegetables"
  position INT,                       -- order among its neighbours
  icon TEXT,                          -- name in the icon sprite, or empty
  dfc_type TEXT NULL,                 -- its term in the Data Food Consortium vocabulary
  made_at TIME                        -- when it was made
);
CREATE UNIQUE INDEX category_slug ON category (slug);
CREATE INDEX category_parent ON category (parent, position);

-- What a category is called in each language.
CREATE TABLE category_text (
  category ID REFERENCES category, -- which
  lang TEXT,                       -- "en", "zh-CN"
  name TEXT,                       -- as shown
  PRIMARY KEY (category, lang)
) WITHOUT ROWID;
