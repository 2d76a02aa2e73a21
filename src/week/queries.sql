-- What the played week must know of what it made.

-- week_lines(cycle Id) -> many WeekLine
SELECT l.id, l.order_group, l.seller_order, l.offer, l.variant, l.steps, coalesce(l.nominal_priced_steps, 0) AS "nominal Int", g.placed_at,
       coalesce(g.buyer, 0) AS "buyer Id", s.placement, l.amount
  FROM cycle_order c JOIN order_line l ON l.order_group = c.order_group JOIN order_group g ON g.id = l.order_group
  JOIN seller_order s ON s.id = l.seller_order
 WHERE c.cycle = :cycle ORDER BY l.id;

-- week_orders(cycle Id) -> many WeekOrder
SELECT g.id, g.code, g.total, g.payment, g.open, (SELECT count(*) FROM seller_order s WHERE s.order_group = g.id AND s.placement NOT IN ('cancelled', 'expired')) AS "parts Int"
  FROM cycle_order c JOIN order_group g ON g.id = c.order_group WHERE c.cycle = :cycle ORDER BY g.id;

-- week_parts(cycle Id) -> many WeekPart
SELECT s.id, s.order_group, s.org, s.placement, s.total, (SELECT min(p.state) FROM parcel p WHERE p.seller_order = s.id) AS "parcel Text?"
  FROM cycle_order c JOIN seller_order s ON s.order_group = c.order_group WHERE c.cycle = :cycle ORDER BY s.id;

-- week_reported(cycle Id) -> many WeekReported
SELECT kind, payer, count(*) AS "rows Int", coalesce(sum(amount), 0) AS "amount Money", coalesce(sum(tax), 0) AS "tax Money"
  FROM report_row WHERE cycle = :cycle GROUP BY kind, payer ORDER BY kind, payer;

-- week_stock() -> one WeekStock
SELECT coalesce(sum(on_hand), 0) AS "on_hand Int", coalesce(sum(reserved), 0) AS "reserved Int",
       (SELECT coalesce(sum(on_hand_change), 0) FROM stock_move) AS "moved Int" FROM stock;

-- week_refunded() -> one WeekRefunded
SELECT count(*) AS "rows Int", coalesce(sum(amount), 0) AS "amount Money" FROM refund WHERE state = 'confirmed';

-- week_org_name(id Id) -> one WeekOrg
SELECT name FROM org WHERE id = :id;
