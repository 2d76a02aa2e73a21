-- What a guest was told of an order by mail or text message, so that nothing is told twice. Holds no name, phone or address.
CREATE TABLE notice_guest (
  seller_order ID REFERENCES seller_order, -- of which part
  event TEXT,               -- what happened: "order.packed"
  at TIME,                  -- when it was told last
  PRIMARY KEY (seller_order, event)
) WITHOUT ROWID;
