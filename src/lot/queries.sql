-- Harvests: what lies where, who got of it, places, transfers, recalls.

-- ---- one harvest ----

-- part lot
SELECT l.id, l.variant, l.code, l.harvested_on, l.field, l.best_before, l.grade, l.made_at, v.product, w.org, v.sold_unit, v.sold_scale,
       r.stock, r.steps AS received, coalesce(t.name, d.name) AS "title Text", coalesce(vt.pack, vd.pack, '') AS "pack Text",
       (SELECT coalesce(sum(s.left_steps), 0) FROM lot_stock s WHERE s.lot = l.id) AS "left Int", c.at AS recalled_at, coalesce(c.reason, '') AS "reason Text"
  FROM lot_receipt r
  JOIN lot l ON l.id = r.lot
  JOIN stock k ON k.id = r.stock
  JOIN stock_place w ON w.id = k.place
  JOIN variant v ON v.id = l.variant
  JOIN product p ON p.id = v.product
  JOIN product_text d ON d.product = p.id AND d.lang = p.lang
  LEFT JOIN product_text t ON t.product = p.id AND t.lang = :lang
  LEFT JOIN variant_text vd ON vd.variant = v.id AND vd.lang = p.lang
  LEFT JOIN variant_text vt ON vt.variant = v.id AND vt.lang = :lang
  LEFT JOIN lot_recall c ON c.lot = l.id

-- lot_by_id(id Id, lang Text) -> maybe Lot
{lot} WHERE r.lot = :id;

-- lot_list(org Id, variant Id, lang Text, before Id, limit Int) -> many Lot
{lot} WHERE w.org = :org AND (:variant = 0 OR l.variant = :variant) AND r.lot < :before ORDER BY r.lot DESC LIMIT :limit;

-- lot_offer(offer Id) -> maybe LotOffer
SELECT org, variant FROM offer WHERE id = :offer;

-- lot_unit(offer Id) -> maybe LotUnit
SELECT v.min_steps FROM offer o JOIN variant v ON v.id = o.variant WHERE o.id = :offer;

-- lot_receipt_of(lot Id) -> maybe LotReceipt
SELECT stock, steps FROM lot_receipt WHERE lot = :lot;

-- lots_without_stock(limit Int) -> many LotReceived
SELECT r.lot, r.stock, r.steps, r.at FROM lot_receipt r WHERE NOT EXISTS (SELECT 1 FROM lot_stock s WHERE s.lot = r.lot) ORDER BY r.lot LIMIT :limit;

-- lot_places(lot Id) -> many LotPlace
SELECT s.stock, w.name, s.left_steps FROM lot_stock s JOIN stock k ON k.id = s.stock JOIN stock_place w ON w.id = k.place
 WHERE s.lot = :lot ORDER BY w.id;

-- lot_moves(lot Id, limit Int) -> many LotMove
SELECT m.kind, m.steps, m.at, w.name FROM lot_move m JOIN stock k ON k.id = m.stock JOIN stock_place w ON w.id = k.place
 WHERE m.lot = :lot ORDER BY m.at DESC, m.seq DESC, m.stock LIMIT :limit;

-- lots_past(org Id, today Date) -> one LotCount
SELECT count(DISTINCT l.id) AS "total Int" FROM stock_place w JOIN stock k ON k.place = w.id JOIN lot_stock s ON s.stock = k.id JOIN lot l ON l.id = s.lot
 WHERE w.org = :org AND s.left_steps > 0 AND l.best_before < :today;

-- ---- what is left, and taking of it ----

-- lot_stock_change(lot Id, stock Id, steps Int) -> maybe LotMark
UPDATE lot_stock SET left_steps = left_steps + :steps, moves = moves + 1 WHERE lot = :lot AND stock = :stock AND left_steps + :steps >= 0
RETURNING left_steps, moves;

-- lot_stock_begin(lot Id, stock Id) -> done
INSERT INTO lot_stock (lot, stock, left_steps, moves) VALUES (:lot, :stock, 0, 0) ON CONFLICT (lot, stock) DO NOTHING;

-- lot_move_add(lot Id, stock Id, seq Int, kind Text, steps Int, subject Id?, actor Id?, now Time) -> done
INSERT INTO lot_move (lot, stock, seq, kind, steps, subject, actor, at) VALUES (:lot, :stock, :seq, :kind, :steps, :subject, :actor, :now);

-- What keeps the shortest goes first: the day on the box, else the harvest and how long such goods keep; unknown ones last.
-- part by_age
ORDER BY coalesce(l.best_before, l.harvested_on + coalesce(p.keeps_days, 0), 9999999), s.lot

-- lots_to_take(stock Id, today Date) -> many LotLeft
SELECT s.lot, s.left_steps FROM lot_stock s JOIN lot l ON l.id = s.lot JOIN variant v ON v.id = l.variant JOIN product p ON p.id = v.product
 WHERE s.stock = :stock AND s.left_steps > 0 AND (l.best_before IS NULL OR l.best_before >= :today)
   AND NOT EXISTS (SELECT 1 FROM lot_recall c WHERE c.lot = s.lot)
 {by_age};

-- lots_lying(stock Id) -> many LotLeft
SELECT s.lot, s.left_steps FROM lot_stock s JOIN lot l ON l.id = s.lot JOIN variant v ON v.id = l.variant JOIN product p ON p.id = v.product
 WHERE s.stock = :stock AND s.left_steps > 0 {by_age};

-- lot_room(stock Id) -> one LotRoom
SELECT k.on_hand, (SELECT coalesce(sum(s.left_steps), 0) FROM lot_stock s WHERE s.stock = k.id) AS "left Int",
       (SELECT coalesce(sum(s.packed_steps), 0) FROM lot_stock s WHERE s.stock = k.id) AS "packed Int"
  FROM stock k WHERE k.id = :stock;

-- lot_stock_pack(lot Id, stock Id, steps Int) -> count
UPDATE lot_stock SET packed_steps = packed_steps + :steps WHERE lot = :lot AND stock = :stock AND packed_steps + :steps >= 0;

-- lot_part_lines(part Id) -> many LotLine
SELECT l.id, l.stock, l.steps, (SELECT coalesce(sum(t.steps), 0) FROM lot_take t WHERE t.line = l.id) AS "taken Int"
  FROM seller_order s JOIN order_line l ON l.order_group = s.order_group AND l.seller_order = s.id
 WHERE s.id = :part ORDER BY l.position, l.id;

-- lot_take_add(line Id, lot Id, stock Id, steps Int) -> done
INSERT INTO lot_take (line, lot, stock, steps) VALUES (:line, :lot, :stock, :steps);

-- lot_takes_of_part(part Id) -> many LotTake
SELECT t.line, t.lot, t.stock, t.steps FROM seller_order s JOIN order_line l ON l.order_group = s.order_group AND l.seller_order = s.id
  JOIN lot_take t ON t.line = l.id WHERE s.id = :part ORDER BY t.line, t.lot;

-- lot_take_drop(line Id, lot Id, stock Id) -> count
DELETE FROM lot_take WHERE line = :line AND lot = :lot AND stock = :stock;

-- lots_of_line_order(order_group Id) -> many LotOfLine
SELECT t.line, t.lot, t.steps, l.harvested_on, l.field, c.at AS recalled_at, coalesce(c.reason, '') AS "reason Text"
  FROM order_line o JOIN lot_take t ON t.line = o.id JOIN lot l ON l.id = t.lot LEFT JOIN lot_recall c ON c.lot = l.id
 WHERE o.order_group = :order_group ORDER BY o.position, t.lot;

-- What lies in the places an organisation sells from, the shortest keeping first.
-- lots_first_of(org Id, today Date) -> many LotFirst
SELECT l.variant, s.lot, s.left_steps, l.harvested_on, l.best_before, l.field, l.code
  FROM offer o JOIN stock k ON k.variant = o.variant AND k.place = o.place AND k.lot IS NULL JOIN lot_stock s ON s.stock = k.id
  JOIN lot l ON l.id = s.lot JOIN product p ON p.id = o.product
 WHERE o.org = :org AND s.left_steps > 0 AND (l.best_before IS NULL OR l.best_before >= :today)
   AND NOT EXISTS (SELECT 1 FROM lot_recall c WHERE c.lot = s.lot)
 ORDER BY l.variant, coalesce(l.best_before, l.harvested_on + coalesce(p.keeps_days, 0), 9999999), s.lot LIMIT 2000;

-- ---- who got of it ----

-- Names of buyers of a hub's round are the hub's to give.
-- part may_know
(co.order_group IS NULL OR h.org = s.org OR EXISTS (SELECT 1 FROM party_grant a WHERE a.from_org = h.org AND a.to_org = s.org
       AND a.state = 'accepted' AND a.permission =

-- lot_orders(lot Id, lang Text) -> many LotOrder
SELECT g.id AS order_group, s.id AS part, g.code, g.placed_at, s.placement, k.state AS parcel_state, k.changed_at,
       (SELECT sum(x.steps) FROM order_line o JOIN lot_take x ON x.line = o.id WHERE o.order_group = s.order_group AND o.seller_order = s.id AND x.lot = :lot) AS "steps Int",
       coalesce(nullif(c.name, ''), b.name, '') AS "name Text", coalesce(nullif(c.phone, ''), b.phone, '') AS "phone Text",
       coalesce(pt.name, pd.name) AS "pickup Text", coalesce(h.org, 0) AS "hub Id",
       CASE WHEN {may_know} 'see_customer_name')) THEN 1 ELSE 0 END AS "name_known Bool",
       CASE WHEN {may_know} 'see_customer_phone')) THEN 1 ELSE 0 END AS "phone_known Bool"
  FROM (SELECT DISTINCT o.seller_order FROM lot_take t JOIN order_line o ON o.id = t.line WHERE t.lot = :lot) AS d
  JOIN seller_order s ON s.id = d.seller_order
  JOIN order_group g ON g.id = s.order_group
  JOIN parcel k ON k.seller_order = s.id
  JOIN pickup pk ON pk.id = g.pickup
  JOIN pickup_text pd ON pd.pickup = pk.id AND pd.lang = pk.lang
  LEFT JOIN pickup_text pt ON pt.pickup = pk.id AND pt.lang = :lang
  LEFT JOIN order_contact c ON c.order_group = g.id
  LEFT JOIN person b ON b.id = g.buyer
  LEFT JOIN cycle_order co ON co.order_group = g.id
  LEFT JOIN cycle h ON h.id = co.cycle
 ORDER BY g.id, s.id LIMIT 20000;

-- lot_recall_add(lot Id, reason Text, orders Int, actor Id, now Time) -> count
INSERT INTO lot_recall (lot, reason, orders, actor, at) VALUES (:lot, :reason, :orders, :actor, :now) ON CONFLICT (lot) DO NOTHING;

-- lot_parts(lot Id) -> many LotPart
SELECT DISTINCT o.seller_order AS part FROM lot_take t JOIN order_line o ON o.id = t.line WHERE t.lot = :lot ORDER BY 1;

-- ---- places ----

-- store_list(org Id) -> many StoreRow
SELECT id, org, name FROM stock_place WHERE org = :org ORDER BY id LIMIT 100;

-- store_by_id(id Id) -> maybe StoreRow
SELECT id, org, name FROM stock_place WHERE id = :id;

-- store_rename(id Id, org Id, name Text) -> count
UPDATE stock_place SET name = :name WHERE id = :id AND org = :org;

-- part lying
SELECT k.id, k.place, w.org, k.variant, k.on_hand, k.reserved, v.sold_unit, v.sold_scale, coalesce(t.name, d.name) AS "title Text", coalesce(vt.pack, vd.pack, '') AS "pack Text",
       CASE WHEN EXISTS (SELECT 1 FROM offer o WHERE o.variant = k.variant AND o.place = k.place AND o.state = 'open') THEN 1 ELSE 0 END AS "sold_here Bool"
  FROM stock_place w JOIN stock k ON k.place = w.id AND k.lot IS NULL JOIN variant v ON v.id = k.variant JOIN product p ON p.id = v.product
  JOIN product_text d ON d.product = p.id AND d.lang = p.lang
  LEFT JOIN product_text t ON t.product = p.id AND t.lang = :lang
  LEFT JOIN variant_text vd ON vd.variant = v.id AND vd.lang = p.lang
  LEFT JOIN variant_text vt ON vt.variant = v.id AND vt.lang = :lang

-- store_goods(org Id, lang Text, limit Int) -> many Lying
{lying} WHERE w.org = :org AND k.on_hand > 0 ORDER BY w.id, 9, k.id LIMIT :limit;

-- stock_lying(stock Id, lang Text) -> maybe Lying
{lying} WHERE k.id = :stock;

-- lot_carried_add(id Id, org Id, from_stock Id, from_seq Int, to_stock Id, to_seq Int, steps Int, note Text, actor Id, now Time) -> done
INSERT INTO stock_transfer (id, org, from_stock, from_seq, to_stock, to_seq, steps, note, actor, at)
VALUES (:id, :org, :from_stock, :from_seq, :to_stock, :to_seq, :steps, :note, :actor, :now);

-- lot_carried_list(org Id, lang Text, limit Int) -> many LotCarried
SELECT x.at, x.steps, x.note, a.name AS from_name, b.name AS to_name, v.sold_unit, v.sold_scale, coalesce(t.name, d.name) AS "title Text"
  FROM stock_transfer x JOIN stock f ON f.id = x.from_stock JOIN stock g ON g.id = x.to_stock
  JOIN stock_place a ON a.id = f.place JOIN stock_place b ON b.id = g.place JOIN variant v ON v.id = f.variant JOIN product p ON p.id = v.product
  JOIN product_text d ON d.product = p.id AND d.lang = p.lang LEFT JOIN product_text t ON t.product = p.id AND t.lang = :lang
 WHERE x.org = :org ORDER BY x.id DESC LIMIT :limit;

-- ---- verify ----

-- verify_lots() -> each LotSums
SELECT s.lot, s.stock, s.left_steps, s.packed_steps, coalesce(t.steps, 0) AS "packed Int", s.moves, coalesce(m.steps, 0) AS "moved Int", coalesce(m.moves, 0) AS "moves_there Int", coalesce(m.last_seq, 0) AS "last_seq Int"
  FROM lot_stock s
  LEFT JOIN (SELECT lot, stock, sum(steps) AS steps, count(*) AS moves, max(seq) AS last_seq FROM lot_move GROUP BY lot, stock) m ON m.lot = s.lot AND m.stock = s.stock
  LEFT JOIN (SELECT x.lot, x.stock, sum(x.steps) AS steps FROM lot_take x JOIN reservation v ON v.line = x.line AND v.stock = x.stock AND v.state = 'open'
              GROUP BY x.lot, x.stock) t ON t.lot = s.lot AND t.stock = s.stock;

-- verify_lot_rooms() -> each LotRoomSums
SELECT k.id, k.on_hand, l.left_steps AS "left Int", l.packed_steps AS "packed Int"
  FROM stock k JOIN (SELECT stock, sum(left_steps) AS left_steps, sum(packed_steps) AS packed_steps FROM lot_stock GROUP BY stock) l ON l.stock = k.id;

-- verify_lot_takes() -> each LotTakeSums
SELECT l.id, l.steps, t.steps AS "taken Int", k.state AS parcel_state
  FROM (SELECT line, sum(steps) AS steps FROM lot_take GROUP BY line) t JOIN order_line l ON l.id = t.line JOIN parcel k ON k.seller_order = l.seller_order;

-- verify_lot_transfers() -> each LotTransferSums
SELECT x.id, x.steps, coalesce(f.on_hand_change, 0) AS "went Int", coalesce(g.on_hand_change, 0) AS "came Int"
  FROM stock_transfer x
  LEFT JOIN stock_move f ON f.stock = x.from_stock AND f.seq = x.from_seq AND f.kind = 'transfer' AND f.subject = x.id
  LEFT JOIN stock_move g ON g.stock = x.to_stock AND g.seq = x.to_seq AND g.kind = 'transfer' AND g.subject = x.id;
