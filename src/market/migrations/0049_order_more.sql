-- Somebody's part of one line, as its rule was at the sale: taken out of the price (payer seller) or paid on top (payer buyer).
CREATE TABLE order_fee (
  line ID REFERENCES order_line, -- of which line
  position INT,             -- 0, 1 ... as the rules stood
  seller_order ID REFERENCES seller_order, -- of which part
  rule ID,                  -- which rule
  receiver ID,              -- organisation that gets it
  kind TEXT,                -- as on the rule
  label TEXT,               -- as on the rule
  payer TEXT CHECK (payer IN ('buyer', 'seller')), -- as on the rule
  base TEXT,                -- as on the rule
  rate INT,                 -- as on the rule
  amount MONEY CHECK (amount >= 0), -- what it comes to as things stand
  tax_ppm INT,              -- tax rate inside it, in millionths
  tax MONEY,                -- tax inside it
  PRIMARY KEY (line, position)
) WITHOUT ROWID;
CREATE INDEX order_fee_order ON order_fee (seller_order, line, position);

-- How a discount on a part is reckoned anew when the goods change: never more than was granted.
CREATE TABLE order_discount (
  charge KEY REFERENCES order_charge, -- its charge
  discount ID,              -- which discount
  base TEXT CHECK (base IN ('percent', 'fixed')), -- how
  rate INT,                 -- millionths, or minor units
  granted MONEY             -- what was taken of the budget for this part
);

-- Every change of what a part comes to after it was placed: weighed, amended, short, substituted. Never changed or deleted.
CREATE TABLE order_change (
  seller_order ID REFERENCES seller_order, -- which part
  seq INT,                  -- 1, 2, 3 ... within the part, without gaps
  order_group ID REFERENCES order_group, -- of which order
  line ID NULL REFERENCES order_line, -- which line; null: several
  kind TEXT CHECK (kind IN ('weigh', 'amend', 'short', 'substitute')), -- why
  before MONEY,             -- what the part came to
  after MONEY,              -- what it comes to now
  steps_before INT,         -- steps of the line
  steps_after INT,          -- now
  reason TEXT,              -- as the seller wrote it for the buyer; may be empty
  actor ID NULL,            -- person; null: a guest or the house itself
  at TIME,                  -- when
  PRIMARY KEY (seller_order, seq)
) WITHOUT ROWID;
CREATE INDEX order_change_order ON order_change (order_group);

-- Money that a buyer gets back for goods of one line. Moved by the ledger or handed over in cash; here it is a fact.
CREATE TABLE refund (
  id KEY,                   -- minted by the program
  order_group ID REFERENCES order_group, -- of which order
  seller_order ID REFERENCES seller_order, -- of which part
  line ID REFERENCES order_line, -- for which line
  steps INT CHECK (steps > 0), -- for how much of it
  amount MONEY CHECK (amount > 0), -- what the buyer gets
  cause TEXT CHECK (cause IN ('spoiled', 'missing', 'wrong', 'unwanted', 'other')), -- why
  reason TEXT,              -- in the buyer's or seller's words; may be empty
  goods TEXT CHECK (goods IN ('kept', 'back', 'thrown')), -- what became of the goods: back is on the shelf again
  state TEXT,               -- of the axis refund: requested, approved, sent, confirmed, rejected
  changed_at TIME,          -- last change of its state
  made_at TIME              -- when it was asked for
);
CREATE INDEX refund_order ON refund (order_group, id);
CREATE INDEX refund_part ON refund (seller_order, id);
CREATE INDEX refund_state ON refund (state, id);

-- Every change of a refund's state, for ever.
CREATE TABLE refund_event (
  refund ID REFERENCES refund, -- which
  seq INT,                  -- 1, 2, 3 ... without gaps
  from_state TEXT,          -- empty at the beginning
  to_state TEXT,            -- now
  verb TEXT,                -- request, approve, reject, send, confirm
  actor ID NULL,            -- person; null: a guest or the house itself
  at TIME,                  -- when
  PRIMARY KEY (refund, seq)
) WITHOUT ROWID;

-- Tax that is inside the price of a product, where there is any.
CREATE TABLE product_tax (
  product KEY REFERENCES product, -- of which
  tax_ppm INT CHECK (tax_ppm BETWEEN 0 AND 1000000) -- millionths
);

ALTER TABLE order_contact ADD COLUMN address TEXT DEFAULT ''; -- where to bring it, when it is delivered
ALTER TABLE order_contact ADD COLUMN missing TEXT DEFAULT ''; -- when something is missing: leave it out (or empty), replace it, call

-- A pickup place that is a round instead: goods are brought to the door of everybody in this zone.
CREATE TABLE delivery_zone (
  pickup KEY REFERENCES pickup, -- which place
  charge MONEY CHECK (charge >= 0), -- for an order
  per_kg MONEY CHECK (per_kg >= 0), -- and for each kilogram
  free_from MONEY NULL,     -- goods of at least this much are brought free; null: never
  min_goods MONEY,          -- least order
  tax_ppm INT               -- tax inside the charge, millionths
);
