-- Counted instead of summed up: what is packed of a harvest and still there.
ALTER TABLE lot_stock ADD COLUMN packed_steps INT DEFAULT 0; -- in parcels that wait for their buyers
UPDATE lot_stock SET packed_steps = (SELECT coalesce(sum(t.steps), 0) FROM lot_take t JOIN reservation v ON v.line = t.line AND v.stock = t.stock
 WHERE t.lot = lot_stock.lot AND t.stock = lot_stock.stock AND v.state = 'open');
