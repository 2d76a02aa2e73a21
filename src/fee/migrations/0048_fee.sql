-- Who gets a part of what goods cost, or something on top, and for what. A rule is never edited: it ends and another begins.
CREATE TABLE fee_rule (
  id KEY,                   -- minted by the program
  receiver ID REFERENCES org, -- who gets it
  seller ID NULL REFERENCES org, -- only on goods of this seller; null: on everybody's
  kind TEXT CHECK (kind IN ('packing', 'transport', 'admin', 'sales', 'fund', 'platform')), -- what for
  label TEXT,               -- in the co-operative's own words; empty: the name of its kind
  payer TEXT CHECK (payer IN ('buyer', 'seller')), -- buyer: on top of the price; seller: taken out of it
  base TEXT CHECK (base IN ('percent', 'order', 'line', 'unit', 'weight')), -- what it is reckoned from
  rate INT CHECK (rate > 0), -- percent: millionths; order, line, unit (one whole piece) and weight (a kilogram): minor units
  tax_ppm INT CHECK (tax_ppm BETWEEN 0 AND 1000000), -- tax rate that is inside the fee, in millionths
  position INT,             -- order in lists and of being taken out
  made_at TIME,             -- from when on
  ended_at TIME NULL        -- no order after this moment has it; null: until further notice
);
CREATE INDEX fee_rule_now ON fee_rule (ended_at, position, id);

-- What lowers the price of an order for some buyers. Ended, never edited.
CREATE TABLE discount (
  id KEY,                   -- minted by the program
  org ID REFERENCES org,    -- who gives it, out of its own share
  seller ID NULL REFERENCES org, -- only on goods of this seller; null: on everybody's
  label TEXT,               -- as buyers read it
  code TEXT,                -- a coupon's code, in small letters; empty: everybody with the tag gets it
  tag TEXT,                 -- only for buyers with this tag of org; empty: for all
  base TEXT CHECK (base IN ('percent', 'fixed', 'tiered')), -- how it is reckoned
  rate INT CHECK (rate >= 0), -- percent: millionths; fixed: minor units; tiered: see discount_tier
  min_goods MONEY,          -- goods of at least this much; 0: any
  budget MONEY NULL,        -- all orders together; null: no limit
  spent MONEY CHECK (spent >= 0), -- of that, given so far
  uses_max INT NULL,        -- orders in all; null: no limit
  uses INT CHECK (uses >= 0), -- of that, so far
  person_max INT NULL,      -- orders of one person; null: no limit
  valid_from TIME,          -- first moment
  valid_to TIME NULL,       -- first moment after; null: until further notice
  made_at TIME,             -- when it was made
  CHECK (budget IS NULL OR spent <= budget),
  CHECK (uses_max IS NULL OR uses <= uses_max)
);
CREATE UNIQUE INDEX discount_code ON discount (code) WHERE code <> '' AND valid_to IS NULL;
CREATE INDEX discount_now ON discount (valid_to, id);

-- The steps of a tiered discount.
CREATE TABLE discount_tier (
  discount ID REFERENCES discount, -- of which
  from_goods MONEY,         -- goods of at least this much
  rate INT,                 -- millionths off
  PRIMARY KEY (discount, from_goods)
) WITHOUT ROWID;

-- How often one person has used a discount that counts them.
CREATE TABLE discount_person (
  discount ID REFERENCES discount, -- which
  person ID,                -- who
  uses INT CHECK (uses >= 0), -- orders
  PRIMARY KEY (discount, person)
) WITHOUT ROWID;

-- A discount on an order: what it took of the budget, given back when the order is cancelled.
CREATE TABLE discount_use (
  discount ID REFERENCES discount, -- which
  order_group ID,           -- on which order
  person ID NULL,           -- whose; null: a guest
  amount MONEY,             -- taken of the budget
  live BOOL,                -- false: given back
  PRIMARY KEY (discount, order_group)
) WITHOUT ROWID;
CREATE INDEX discount_use_order ON discount_use (order_group);

-- What an organisation calls some of its buyers: "member", "restaurant". Prices and discounts may go by it.
CREATE TABLE buyer_tag (
  org ID REFERENCES org,    -- whose word
  person ID,                -- for whom
  tag TEXT,                 -- small letters
  made_at TIME,             -- when it was given
  PRIMARY KEY (org, person, tag)
) WITHOUT ROWID;
CREATE INDEX buyer_tag_person ON buyer_tag (person);
