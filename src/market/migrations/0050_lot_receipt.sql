-- What came in of one harvest or batch: which receipt of which stock it was.
CREATE TABLE lot_receipt (
  lot KEY REFERENCES lot,   -- which lot
  stock ID REFERENCES stock, -- into which stock
  seq INT,                  -- which of its moves
  steps INT CHECK (steps > 0), -- how much came in
  at TIME                   -- when
);
CREATE INDEX lot_receipt_stock ON lot_receipt (stock, seq);

-- Why goods left stock without being sold, in the seller's words.
CREATE TABLE stock_note (
  stock ID REFERENCES stock, -- of which row
  seq INT,                  -- of which of its moves
  note TEXT,                -- "frost", "given to the school"
  PRIMARY KEY (stock, seq)
) WITHOUT ROWID;
