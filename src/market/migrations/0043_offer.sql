-- A variant on sale in a shop. This is what the API calls an offer.
CREATE TABLE offer (
  id KEY,                   -- minted by the program
  variant ID REFERENCES variant,   -- what is sold
  product ID REFERENCES product,   -- of which product
  org ID REFERENCES org,  -- who sells it: the producer itself or a hub
  place ID REFERENCES stock_place, -- from which stock
  state TEXT CHECK (state IN ('open', 'paused', 'closed')), -- paused: shown to its seller only
  limit_steps INT NULL,            -- most that one buyer may order at once
  made_at TIME,                    -- when it was made
  changed_at TIME                  -- last edit
);
CREATE UNIQUE INDEX offer_once ON offer (variant, org);
CREATE INDEX offer_product ON offer (product, id);
CREATE INDEX offer_org ON offer (org, id);

-- What an offer costs: the current price, former ones, and special ones. A price is never edited: it ends and a new one begins.
CREATE TABLE price (
  id KEY,                   -- minted by the program
  offer ID REFERENCES offer, -- of what
  tag TEXT,                  -- for buyers with this tag; empty: for everyone
  channel TEXT,              -- shop, api, phone, stall ...; empty: everywhere
  min_steps INT,             -- from this many steps on; 0: from the first
  amount MONEY CHECK (amount >= 0), -- for one whole priced unit
  valid_from TIME,           -- first moment
  valid_to TIME NULL,        -- first moment after; null: until further notice
  actor ID NULL              -- who set it; null: an import
);
CREATE UNIQUE INDEX price_now ON price (offer, tag, channel, min_steps) WHERE valid_to IS NULL;
CREATE INDEX price_offer ON price (offer, valid_from);
