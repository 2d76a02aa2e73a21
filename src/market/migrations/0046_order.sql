-- What one buyer ordered at once, from one or several sellers, with one payment and one pickup. The API calls it an order.
CREATE TABLE order_group (
  id KEY,                   -- minted by the program
  secret TEXT,              -- random part of the buyer's own link /o/<id><secret>; compared, never searched for
  code TEXT,                -- six digits said at the pickup; not unique for ever, but among open orders as good as
  buyer ID NULL,            -- person; null: a guest, see order_contact
  channel TEXT CHECK (channel IN ('shop', 'api', 'phone', 'stall', 'live', 'import')), -- how it came in
  lang TEXT,                -- language the buyer used
  currency TEXT,            -- ISO 4217
  total MONEY,              -- sum of its seller orders that were not cancelled
  payment_method TEXT,      -- at_pickup, wallet, transfer ...
  payment TEXT,             -- state of the payment axis
  pickup ID REFERENCES pickup, -- where it is collected
  open BOOL,                -- something is still to be done: not completed, cancelled or expired
  expires_at TIME NULL,     -- when it lapses unless somebody packs it; null: never
  placed_at TIME,           -- when
  changed_at TIME           -- last change of any state
);
CREATE INDEX order_group_code ON order_group (code);
CREATE INDEX order_group_buyer ON order_group (buyer, id) WHERE buyer IS NOT NULL;
CREATE INDEX order_group_expiry ON order_group (expires_at) WHERE open = 1 AND expires_at IS NOT NULL;
CREATE INDEX order_group_pickup ON order_group (pickup, open, id);

-- Who a guest is and what a buyer wrote to the packers. The only place with a buyer's name or phone: erased by itself.
CREATE TABLE order_contact (
  order_group KEY REFERENCES order_group, -- which
  name TEXT,             -- as the packer calls it out; empty: see the buyer's account
  phone TEXT,            -- may be empty
  note TEXT,             -- from the buyer to the packers; may be empty
  erased_at TIME NULL    -- when the above were emptied
);

-- A client's own key for an order, so that a repeated request never makes a second one.
CREATE TABLE order_key (
  owner ID,               -- person, or 0 for guests, whose keys are random
  key TEXT,               -- as sent: Idempotency-Key
  body BLOB,              -- SHA-256 of what was asked, to refuse the same key for another order
  order_group ID,         -- what it became
  made_at TIME,           -- when
  PRIMARY KEY (owner, key)
) WITHOUT ROWID;

-- One seller's part of an order.
CREATE TABLE seller_order (
  id KEY,                   -- minted by the program
  order_group ID REFERENCES order_group, -- of which order
  position INT,              -- 0, 1 ... among the parts of its order
  org ID REFERENCES org,     -- the seller
  placement TEXT,            -- state of the placement axis
  goods MONEY,               -- sum of its lines
  charges MONEY,             -- sum of its charges that the buyer pays
  total MONEY,               -- goods + charges
  placed_at TIME,            -- when
  changed_at TIME            -- last change of its state
);
CREATE INDEX seller_order_group ON seller_order (order_group, id);
CREATE INDEX seller_order_org ON seller_order (org, placement, id);

-- One line of a seller order: everything as it was at the sale, whatever happens to the product later.
CREATE TABLE order_line (
  id KEY,                   -- minted by the program
  seller_order ID REFERENCES seller_order, -- of which part
  order_group ID REFERENCES order_group,   -- of which order
  position INT,              -- as the buyer sent it, from 0
  offer ID REFERENCES offer, -- what was bought
  variant ID REFERENCES variant, -- of which variant
  product ID REFERENCES product, -- of which product
  stock ID REFERENCES stock, -- from which stock it was promised
  title TEXT,                -- in the buyer's language
  pack TEXT,                 -- the pack in the buyer's language; may be empty
  sold_unit TEXT,            -- as on the variant
  sold_scale INT,            -- as on the variant
  priced_unit TEXT,          -- as on the variant
  priced_scale INT,          -- as on the variant
  nominal_priced_steps INT NULL, -- as on the variant
  tolerance_ppm INT,         -- as on the variant
  price MONEY,               -- for one whole priced unit
  ordered_steps INT CHECK (ordered_steps > 0), -- as first ordered
  steps INT CHECK (steps >= 0),                -- as it stands now, after amendments
  weighed_priced_steps INT NULL, -- what the scale said, in priced steps
  fulfilled_steps INT NULL,  -- what was handed over
  estimate MONEY,            -- from ordered steps and price
  amount MONEY,              -- what the buyer pays for it as things stand
  tax_ppm INT,               -- tax rate that is inside the price, in millionths
  tax MONEY                  -- tax that is inside the amount
);
CREATE INDEX order_line_group ON order_line (order_group, position);

-- Money on an order that is no line: a fee, delivery, a discount. Negative lowers what the buyer pays.
CREATE TABLE order_charge (
  id KEY,                   -- minted by the program
  seller_order ID REFERENCES seller_order, -- on which part
  line ID NULL REFERENCES order_line, -- for one line only
  kind TEXT CHECK (kind IN ('fee', 'delivery', 'discount', 'tax')), -- what for
  label TEXT,               -- in the buyer's language
  receiver ID NULL,         -- organisation that gets it
  amount MONEY,             -- what it comes to
  tax_ppm INT,              -- tax rate inside it, in millionths
  tax MONEY                 -- tax inside it
);
CREATE INDEX order_charge_order ON order_charge (seller_order, id);

-- What is handed over together: one parcel a seller order, or several.
CREATE TABLE parcel (
  id KEY,                   -- that of its seller order for the first one, minted for others
  seller_order ID REFERENCES seller_order, -- whose goods
  order_group ID REFERENCES order_group,   -- of which order
  pickup ID REFERENCES pickup, -- where it is collected
  state TEXT,                -- state of the parcel axis
  changed_at TIME            -- last change of its state
);
CREATE INDEX parcel_order ON parcel (seller_order, id);

-- Steps promised to an order line, until they are sold or given back.
CREATE TABLE reservation (
  line ID,                  -- order line
  stock ID REFERENCES stock, -- from which row
  steps INT CHECK (steps > 0), -- how much
  kind TEXT CHECK (kind IN ('order', 'cart', 'live', 'preorder')), -- for what
  state TEXT CHECK (state IN ('open', 'sold', 'released')), -- open ones add up to the stock row's reserved
  expires_at TIME NULL,     -- as the order's
  PRIMARY KEY (line, stock)
) WITHOUT ROWID;

-- Every change of a state, for ever. Holds ids, never a name or phone, so that a person can be erased.
CREATE TABLE order_event (
  order_group ID REFERENCES order_group, -- of which order
  seq INT,                  -- 1, 2, 3 ... within the order, without gaps
  seller_order ID NULL REFERENCES seller_order, -- which part; null: the order as a whole
  axis TEXT CHECK (axis IN ('placement', 'payment', 'parcel')), -- what changed
  from_state TEXT,          -- empty at the beginning
  to_state TEXT,            -- now
  verb TEXT,                -- what was done: place, pack, collect, cancel ...
  actor ID NULL,            -- person; null: a guest or the house itself
  at TIME,                  -- when
  PRIMARY KEY (order_group, seq)
) WITHOUT ROWID;
