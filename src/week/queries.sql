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
SELECT kind, payer, sum(n) AS "rows Int", coalesce(sum(amount), 0) AS "amount Money", coalesce(sum(tax), 0) AS "tax Money"
  FROM report_sum WHERE cycle = :cycle GROUP BY kind, payer ORDER BY kind, payer;

-- week_stock() -> one WeekStock
SELECT coalesce(sum(on_hand), 0) AS "on_hand Int", coalesce(sum(reserved), 0) AS "reserved Int",
       (SELECT coalesce(sum(on_hand_change), 0) FROM stock_move) AS "moved Int" FROM stock;

-- week_refunded() -> one WeekRefunded
SELECT count(*) AS "rows Int", coalesce(sum(amount), 0) AS "amount Money" FROM refund WHERE state = 'confirmed';

-- week_org_name(id Id) -> one WeekOrg
SELECT name FROM org WHERE id = :id;

-- week_all_orders() -> many WeekOrder
SELECT g.id, g.code, g.total, g.payment, g.open, (SELECT count(*) FROM seller_order s WHERE s.order_group = g.id AND s.placement NOT IN ('cancelled', 'expired')) AS "parts Int"
  FROM order_group g ORDER BY g.id;

-- week_promised(forecast Id) -> one WeekPromised
SELECT count(*) AS "wishes Int", coalesce(sum(p.wanted), 0) AS "wanted Int", coalesce(sum(coalesce(p.got, 0)), 0) AS "got Int",
       count(p.order_group) AS "orders Int", coalesce(sum((SELECT sum(l.steps) FROM order_line l WHERE l.order_group = p.order_group)), 0) AS "ordered Int"
  FROM preorder p WHERE p.forecast = :forecast AND p.state = 'shared';

-- ---- money ----

-- week_lines_open() -> many WeekBankLine
SELECT id, amount, party, words FROM pay_line WHERE state = 'open' ORDER BY id;

-- week_lines_as(what Text) -> many WeekBankLine
SELECT id, amount, party, words FROM pay_line WHERE state = 'matched' AND what = :what ORDER BY id;

-- week_part_dear() -> one WeekPartDear
SELECT part, buyer FROM pay_part WHERE state = 'due' AND till = 0 ORDER BY funded DESC, part LIMIT 1;

-- week_part_sums() -> many WeekPartSum
SELECT p.org, sum(p.funded) AS "funded Money", sum(p.seller) AS "seller Money", sum(p.others) AS "others Money", sum(p.tax) AS "tax Money",
       sum(p.refunded) AS "refunded Money", sum(CASE WHEN p.till = 0 THEN p.funded ELSE 0 END) AS "wallet Money",
       sum(CASE WHEN p.till = 0 THEN 0 ELSE p.funded END) AS "cash Money", sum(CASE WHEN p.till = 0 THEN 0 ELSE p.refunded END) AS "cash_back Money"
  FROM pay_part p GROUP BY p.org ORDER BY p.org;

-- week_ordered(offer Id) -> one WeekOrdered
SELECT coalesce(sum(l.ordered_steps), 0) AS "steps Int"
  FROM order_line l JOIN seller_order s ON s.id = l.seller_order AND s.placement NOT IN ('cancelled', 'expired') WHERE l.offer = :offer;

-- week_completed() -> one WeekRefunded
SELECT count(*) AS "rows Int", coalesce(sum(total), 0) AS "amount Money" FROM seller_order WHERE placement = 'completed';

-- week_paid_to(org Id) -> one WeekRefunded
SELECT count(*) AS "rows Int", coalesce(sum(amount), 0) AS "amount Money" FROM pay_payout WHERE org = :org AND state = 'reconciled';

-- week_accounts() -> many WeekAccount
SELECT id, code, name, cr_posted - dr_posted AS "balance Int" FROM account ORDER BY code, id;
