-- What an order counts for in its cycle follows what it comes to: weighing, running short and amending did not move it before.
UPDATE cycle_order
   SET amount = (SELECT coalesce(sum(s.total), 0) FROM seller_order s
                  WHERE s.order_group = cycle_order.order_group AND s.placement NOT IN ('cancelled', 'expired'))
 WHERE held = 1;
UPDATE cycle SET turnover = (SELECT coalesce(sum(o.amount), 0) FROM cycle_order o WHERE o.cycle = cycle.id AND o.held = 1);
