-- A basket being filled, known by a cookie or by its person. Swept when left alone for long.
CREATE TABLE cart (
  id KEY,                   -- minted by the program
  token BLOB NULL,          -- SHA-256 of the cookie; null once it belongs to a person only
  person ID NULL,           -- whose, when signed in
  changed_at TIME           -- last touch
);
CREATE UNIQUE INDEX cart_token ON cart (token) WHERE token IS NOT NULL;
CREATE UNIQUE INDEX cart_person ON cart (person) WHERE person IS NOT NULL;
CREATE INDEX cart_changed ON cart (changed_at);

-- What lies in a basket. Nothing is reserved by it.
CREATE TABLE cart_line (
  cart ID REFERENCES cart,   -- which basket
  offer ID REFERENCES offer, -- what
  steps INT CHECK (steps > 0), -- how much
  added_at TIME,             -- when it was first put in
  PRIMARY KEY (cart, offer)
) WITHOUT ROWID;
