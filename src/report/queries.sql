-- ---- the projection ----

-- part row_columns
seller_order, kind, ref, position, order_group, cycle, at, week, pickup, seller, party, variant, word, payer, steps, weighed, amount, tax_ppm, tax

-- part line_row
SELECT s.id AS seller_order, 'line' AS kind, l.id AS ref, 0 AS position, s.order_group, coalesce(c.cycle, 0) AS cycle, g.placed_at AS at,
       g.placed_at / 604800000 AS week, g.pickup, s.org AS seller, p.org AS party, l.variant, '' AS word, '' AS payer, l.steps,
       coalesce(l.weighed_priced_steps, 0) AS weighed, l.amount, l.tax_ppm, l.tax
  FROM seller_order s JOIN order_group g ON g.id = s.order_group
  JOIN order_line l ON l.order_group = s.order_group AND l.seller_order = s.id JOIN product p ON p.id = l.product
  LEFT JOIN cycle_order c ON c.order_group = s.order_group
 WHERE s.placement NOT IN ('cancelled', 'expired')

-- part fee_row
SELECT s.id, 'fee', f.line, f.position, s.order_group, coalesce(c.cycle, 0), g.placed_at, g.placed_at / 604800000, g.pickup, s.org, f.receiver, 0, f.kind,
       f.payer, 0, 0, f.amount, f.tax_ppm, f.tax
  FROM seller_order s JOIN order_group g ON g.id = s.order_group JOIN order_fee f ON f.seller_order = s.id
  LEFT JOIN cycle_order c ON c.order_group = s.order_group
 WHERE s.placement NOT IN ('cancelled', 'expired')

-- part charge_row
SELECT s.id, 'charge', h.id, 0, s.order_group, coalesce(c.cycle, 0), g.placed_at, g.placed_at / 604800000, g.pickup, s.org, coalesce(h.receiver, 0), 0,
       h.kind, '', 0, 0, h.amount, h.tax_ppm, h.tax
  FROM seller_order s JOIN order_group g ON g.id = s.order_group JOIN order_charge h ON h.seller_order = s.id
  LEFT JOIN cycle_order c ON c.order_group = s.order_group
 WHERE s.placement NOT IN ('cancelled', 'expired')

-- part part_row
SELECT s.id, 'part', s.id, 0, s.order_group, coalesce(c.cycle, 0), g.placed_at, g.placed_at / 604800000, g.pickup, s.org, coalesce(g.buyer, 0), 0, '', '',
       (SELECT count(*) FROM order_line n WHERE n.order_group = s.order_group AND n.seller_order = s.id), 0, s.total, 0, 0
  FROM seller_order s JOIN order_group g ON g.id = s.order_group
  LEFT JOIN cycle_order c ON c.order_group = s.order_group
 WHERE s.placement NOT IN ('cancelled', 'expired')

-- Each row moves the sum of its week: on SQLite by triggers (migration 0072), on PostgreSQL in the same statement.
-- part returning
RETURNING week, cycle, kind, seller, variant, CASE WHEN kind = 'part' THEN 0 ELSE party END AS party, word, payer, tax_ppm, steps, weighed, amount, tax

-- part sums_follow
INSERT INTO report_sum (week, cycle, kind, seller, variant, party, word, payer, tax_ppm, n, steps, weighed, amount, tax)
SELECT week, cycle, kind, seller, variant, party, word, payer, tax_ppm, count(*), sum(steps), sum(weighed), sum(amount), sum(tax) FROM added
 GROUP BY week, cycle, kind, seller, variant, party, word, payer, tax_ppm
ON CONFLICT (week, kind, cycle, seller, variant, party, word, payer, tax_ppm) DO UPDATE
   SET n = report_sum.n + excluded.n, steps = report_sum.steps + excluded.steps, weighed = report_sum.weighed + excluded.weighed,
       amount = report_sum.amount + excluded.amount, tax = report_sum.tax + excluded.tax

-- report_part_add(part Id) -> done
INSERT INTO report_row ({row_columns})
{line_row} AND s.id = :part UNION ALL {fee_row} AND s.id = :part UNION ALL {charge_row} AND s.id = :part UNION ALL {part_row} AND s.id = :part;

-- report_part_add postgres
WITH added AS (INSERT INTO report_row ({row_columns})
{line_row} AND s.id = :part UNION ALL {fee_row} AND s.id = :part UNION ALL {charge_row} AND s.id = :part UNION ALL {part_row} AND s.id = :part
{returning})
{sums_follow};

-- report_order_add(order_group Id) -> done
INSERT INTO report_row ({row_columns})
{line_row} AND s.order_group = :order_group UNION ALL {fee_row} AND s.order_group = :order_group UNION ALL {charge_row} AND s.order_group = :order_group UNION ALL {part_row} AND s.order_group = :order_group;

-- report_order_add postgres
WITH added AS (INSERT INTO report_row ({row_columns})
{line_row} AND s.order_group = :order_group UNION ALL {fee_row} AND s.order_group = :order_group UNION ALL {charge_row} AND s.order_group = :order_group UNION ALL {part_row} AND s.order_group = :order_group
{returning})
{sums_follow};

-- report_part_drop(part Id) -> done
DELETE FROM report_row WHERE seller_order = :part;

-- report_part_drop postgres
WITH gone AS (DELETE FROM report_row WHERE seller_order = :part {returning}),
     less AS (SELECT week, cycle, kind, seller, variant, party, word, payer, tax_ppm, count(*) AS n, sum(steps) AS steps, sum(weighed) AS weighed,
                     sum(amount) AS amount, sum(tax) AS tax
                FROM gone GROUP BY week, cycle, kind, seller, variant, party, word, payer, tax_ppm)
UPDATE report_sum SET n = report_sum.n - less.n, steps = report_sum.steps - less.steps, weighed = report_sum.weighed - less.weighed,
       amount = report_sum.amount - less.amount, tax = report_sum.tax - less.tax
  FROM less
 WHERE report_sum.week = less.week AND report_sum.kind = less.kind AND report_sum.cycle = less.cycle AND report_sum.seller = less.seller
   AND report_sum.variant = less.variant AND report_sum.party = less.party AND report_sum.word = less.word AND report_sum.payer = less.payer
   AND report_sum.tax_ppm = less.tax_ppm;

-- report_empty() -> one ReportEmpty
SELECT EXISTS (SELECT 1 FROM report_row) AS "rows Bool", EXISTS (SELECT 1 FROM seller_order WHERE placement NOT IN ('cancelled', 'expired')) AS "orders Bool";

-- report_sums_drop() -> done
DELETE FROM report_sum;

-- report_drop_all() -> done
DELETE FROM report_row;

-- report_add_all() -> done
INSERT INTO report_row ({row_columns})
{line_row} UNION ALL {fee_row} UNION ALL {charge_row} UNION ALL {part_row};

-- report_add_all postgres
WITH added AS (INSERT INTO report_row ({row_columns})
{line_row} UNION ALL {fee_row} UNION ALL {charge_row} UNION ALL {part_row}
{returning})
{sums_follow};

-- What should be there and is not, or is there and should not be.
-- report_differing() -> one ReportDiffering
SELECT (SELECT count(*) FROM report_row) AS "rows Int",
       (SELECT count(*) FROM ({line_row} UNION ALL {fee_row} UNION ALL {charge_row} UNION ALL {part_row}
                              EXCEPT SELECT {row_columns} FROM report_row) a) AS "missing Int",
       (SELECT count(*) FROM (SELECT {row_columns} FROM report_row EXCEPT SELECT {row_columns} FROM
                              ({line_row} UNION ALL {fee_row} UNION ALL {charge_row} UNION ALL {part_row}) w) b) AS "odd Int";

-- part sums_are
SELECT week, cycle, kind, seller, variant, party, word, payer, tax_ppm, n, steps, weighed, amount, tax FROM report_sum WHERE n > 0

-- part sums_should_be
SELECT week, cycle, kind, seller, variant, CASE WHEN kind = 'part' THEN 0 ELSE party END, word, payer, tax_ppm, count(*), sum(steps), sum(weighed),
       sum(amount), sum(tax)
  FROM report_row GROUP BY week, cycle, kind, seller, variant, CASE WHEN kind = 'part' THEN 0 ELSE party END, word, payer, tax_ppm

-- report_sums_differing() -> one ReportDiffering
SELECT (SELECT count(*) FROM report_sum) AS "rows Int",
       (SELECT count(*) FROM ({sums_should_be} EXCEPT {sums_are}) a) AS "missing Int",
       (SELECT count(*) FROM ({sums_are} EXCEPT {sums_should_be}) b) AS "odd Int";

-- ---- the reports: of one cycle, or of a time. Of a time the weeks that lie in it whole are taken from their sums; before the first and after the
--      last of them stand at most seven days each, whose rows are added to them. ----

-- Lists and buyers look at parts along report_row_part_week; a plus keeps SQLite from the index of at, which holds less of them.
-- part in_time
r.week >= :from_at / 604800000 AND r.week <= :until_at / 604800000 AND +r.at >= :from_at AND +r.at < :until_at AND (:seller = 0 OR r.seller = :seller)

-- part whole_weeks
s.week >= (:from_at + 604799999) / 604800000 AND s.week < :until_at / 604800000 AND s.n > 0 AND (:seller = 0 OR s.seller = :seller)

-- One bound on each side: SQLite walks an index between no more.
-- part days_before
r.at >= :from_at AND r.at < CASE WHEN (:from_at + 604799999) / 604800000 * 604800000 < :until_at THEN (:from_at + 604799999) / 604800000 * 604800000
                                 ELSE :until_at END AND (:seller = 0 OR r.seller = :seller)

-- part days_after
r.at >= CASE WHEN (:from_at + 604799999) / 604800000 > :until_at / 604800000 THEN (:from_at + 604799999) / 604800000 ELSE :until_at / 604800000 END * 604800000
                AND r.at < :until_at AND (:seller = 0 OR r.seller = :seller)

-- part goods_columns
SELECT a.seller AS "seller Id", a.producer AS "producer Id", a.variant AS "variant Id", a.lines AS "lines Int", a.steps AS "steps Int",
       a.weighed AS "weighed Int", a.amount AS "amount Money", a.tax AS "tax Money",
       v.sold_unit AS "sold_unit Text", v.sold_scale AS "sold_scale Int", v.priced_unit AS "priced_unit Text", v.priced_scale AS "priced_scale Int",
       coalesce(t.name, o.name) AS "name Text", coalesce(x.pack, y.pack, '') AS "pack Text", coalesce(v.sku, '') AS "sku Text",
       coalesce(pt.name, g.name) AS "producer_name Text"

-- part goods_joins
  JOIN variant v ON v.id = a.variant JOIN product p ON p.id = v.product
  JOIN product_text o ON o.product = p.id AND o.lang = p.lang
  LEFT JOIN product_text t ON t.product = p.id AND t.lang = :lang
  LEFT JOIN variant_text x ON x.variant = v.id AND x.lang = :lang
  LEFT JOIN variant_text y ON y.variant = v.id AND y.lang = p.lang
  JOIN org g ON g.id = a.producer LEFT JOIN producer_text pt ON pt.org = a.producer AND pt.lang = :lang
 ORDER BY coalesce(pt.name, g.name), coalesce(t.name, o.name), v.position, a.variant, a.seller

-- part goods_of_rows
SELECT r.seller, r.variant, r.party, 1 AS n, r.steps, r.weighed, r.amount, r.tax FROM report_row r

-- part goods_sums
min(b.party) AS producer, CAST(sum(b.n) AS BIGINT) AS lines, CAST(sum(b.steps) AS BIGINT) AS steps, CAST(sum(b.weighed) AS BIGINT) AS weighed,
               CAST(sum(b.amount) AS BIGINT) AS amount, CAST(sum(b.tax) AS BIGINT) AS tax

-- report_goods_by_cycle(cycle Id, seller Id, lang Text) -> many GoodsRow
{goods_columns}
  FROM (SELECT b.seller, b.variant, {goods_sums}
          FROM report_sum b WHERE b.cycle = :cycle AND b.kind = 'line' AND b.n > 0 AND (:seller = 0 OR b.seller = :seller)
         GROUP BY b.seller, b.variant) a
{goods_joins};

-- report_goods_by_time(from_at Time, until_at Time, seller Id, lang Text) -> many GoodsRow
{goods_columns}
  FROM (SELECT b.seller, b.variant, {goods_sums}
          FROM (SELECT s.seller, s.variant, s.party, s.n, s.steps, s.weighed, s.amount, s.tax FROM report_sum s WHERE s.kind = 'line' AND {whole_weeks}
                UNION ALL {goods_of_rows} WHERE r.kind = 'line' AND {days_before} UNION ALL {goods_of_rows} WHERE r.kind = 'line' AND {days_after}) b
         GROUP BY b.seller, b.variant) a
{goods_joins};

-- part money_columns
SELECT a.kind AS "kind Text", a.seller AS "seller Id", a.party AS "party Id", a.word AS "word Text", a.payer AS "payer Text", a.tax_ppm AS "tax_ppm Int",
       a.n AS "rows Int", a.amount AS "amount Money", a.tax AS "tax Money", coalesce(gt.name, g.name) AS "seller_name Text", coalesce(qt.name, q.name, '') AS "party_name Text"
  FROM (SELECT kind, seller, CASE WHEN kind IN ('fee', 'charge') THEN party ELSE 0 END AS party, word, payer, tax_ppm, CAST(sum(n) AS BIGINT) AS n,
               CAST(sum(amount) AS BIGINT) AS amount, CAST(sum(tax) AS BIGINT) AS tax

-- part money_joins
         GROUP BY kind, seller, CASE WHEN kind IN ('fee', 'charge') THEN party ELSE 0 END, word, payer, tax_ppm) a
  JOIN org g ON g.id = a.seller LEFT JOIN org q ON q.id = a.party
  LEFT JOIN producer_text gt ON gt.org = a.seller AND gt.lang = :lang LEFT JOIN producer_text qt ON qt.org = a.party AND qt.lang = :lang
 ORDER BY coalesce(gt.name, g.name), a.seller, a.kind, coalesce(qt.name, q.name), a.party, a.word, a.payer, a.tax_ppm

-- part money_of_rows
SELECT r.kind, r.seller, r.party, r.word, r.payer, r.tax_ppm, 1 AS n, r.amount, r.tax FROM report_row r WHERE r.kind IN ('line', 'fee', 'charge', 'part')

-- report_money_by_cycle(cycle Id, seller Id, lang Text) -> many MoneyRow
{money_columns}
          FROM report_sum b WHERE b.cycle = :cycle AND b.n > 0 AND (:seller = 0 OR b.seller = :seller)
{money_joins};

-- report_money_by_time(from_at Time, until_at Time, seller Id, lang Text) -> many MoneyRow
{money_columns}
          FROM (SELECT s.kind, s.seller, s.party, s.word, s.payer, s.tax_ppm, s.n, s.amount, s.tax FROM report_sum s WHERE {whole_weeks}
                UNION ALL {money_of_rows} AND {days_before} UNION ALL {money_of_rows} AND {days_after}) b
{money_joins};

-- part part_columns
SELECT s.id AS "part Id", s.order_group AS "order_group Id", s.org AS "seller Id", g.code AS "code Text", g.payment AS "payment Text", g.total AS "order_total Money",
       s.placement AS "placement Text", s.total AS "total Money", a.lines AS "lines Int", g.placed_at AS "placed_at Time",
       coalesce(x.name, y.name, '') AS "pickup Text", coalesce(wt.name, w.name) AS "seller_name Text", coalesce(k.phone, '') AS "guest_phone Text",
       coalesce(n.name, '') AS "buyer_name Text", coalesce(n.phone, '') AS "buyer_phone Text", coalesce(k.name, '') AS "guest_name Text", coalesce(k.note, '') AS "note Text",
       coalesce((SELECT min(z.state) FROM parcel z WHERE z.seller_order = s.id), '') AS "parcel Text",
       cs.from_at AS "slot_from Time?", cs.until_at AS "slot_until Time?"
  FROM (SELECT r.seller_order, r.steps AS lines FROM report_row r

-- part part_joins
 AND r.seller_order > :after ORDER BY r.seller_order LIMIT :limit) a
  JOIN seller_order s ON s.id = a.seller_order JOIN order_group g ON g.id = s.order_group JOIN org w ON w.id = s.org LEFT JOIN producer_text wt ON wt.org = s.org AND wt.lang = :lang
  JOIN pickup pl ON pl.id = g.pickup
  LEFT JOIN pickup_text x ON x.pickup = pl.id AND x.lang = :lang LEFT JOIN pickup_text y ON y.pickup = pl.id AND y.lang = pl.lang
  LEFT JOIN order_contact k ON k.order_group = g.id LEFT JOIN person n ON n.id = g.buyer
  LEFT JOIN cycle_order co ON co.order_group = g.id LEFT JOIN cycle_slot cs ON cs.id = co.slot
 ORDER BY s.id

-- report_parts_by_cycle(cycle Id, seller Id, after Id, limit Int, lang Text) -> many PartRow
{part_columns} WHERE r.cycle = :cycle AND r.kind = 'part' AND (:seller = 0 OR r.seller = :seller)
{part_joins};

-- report_parts_by_time(from_at Time, until_at Time, seller Id, after Id, limit Int, lang Text) -> many PartRow
{part_columns} WHERE r.kind = 'part' AND {in_time}
{part_joins};

-- part line_columns
SELECT r.seller_order AS "part Id", r.ref AS "line Id", l.title AS "title Text", l.pack AS "pack Text", l.steps AS "steps Int", l.sold_unit AS "sold_unit Text",
       l.sold_scale AS "sold_scale Int", coalesce(l.weighed_priced_steps, 0) AS "weighed Int", l.priced_unit AS "priced_unit Text", l.priced_scale AS "priced_scale Int", l.amount AS "amount Money",
       coalesce(t.name, l.title) AS "name Text"
  FROM report_row r JOIN order_line l ON l.id = r.ref
  LEFT JOIN product_text t ON t.product = l.product AND t.lang = :lang
 WHERE r.seller_order > :after AND r.seller_order <= :until AND r.kind = 'line' AND (:seller = 0 OR r.seller = :seller)

-- report_lines_by_cycle(cycle Id, seller Id, after Id, until Id, lang Text) -> many LineRow
{line_columns} AND r.cycle = :cycle ORDER BY r.seller_order, l.position;

-- report_lines_by_time(from_at Time, until_at Time, seller Id, after Id, until Id, lang Text) -> many LineRow
{line_columns} AND r.at >= :from_at AND r.at < :until_at ORDER BY r.seller_order, l.position;

-- Buyers, each once: those with an account by it, guests by their name and phone. An order lies in one week, so that grouping by it too
-- changes nothing but the order of the index may be walked.
-- part buyer_columns
SELECT coalesce(n.name, a.name) AS "name Text", coalesce(n.phone, a.phone) AS "phone Text", a.orders AS "orders Int", a.amount AS "amount Money" FROM

-- part buyer_orders
SELECT r.party, r.order_group, CAST(sum(r.amount) AS BIGINT) AS amount FROM report_row r WHERE r.kind = 'part' AND

-- part buyer_sums
SELECT b.party, '' AS name, '' AS phone, count(*) AS orders, sum(b.amount) AS amount FROM

-- part guest_sums
SELECT 0, coalesce(k.name, ''), coalesce(k.phone, ''), count(*), sum(c.amount) FROM

-- part guest_groups
LEFT JOIN order_contact k ON k.order_group = c.order_group GROUP BY coalesce(k.name, ''), coalesce(k.phone, '')

-- report_buyers_by_cycle(cycle Id, seller Id) -> many BuyerRow
{buyer_columns} ({buyer_sums} ({buyer_orders} r.party <> 0 AND r.cycle = :cycle AND (:seller = 0 OR r.seller = :seller) GROUP BY r.party, r.order_group) b GROUP BY b.party
   UNION ALL {guest_sums} ({buyer_orders} r.party = 0 AND r.cycle = :cycle AND (:seller = 0 OR r.seller = :seller) GROUP BY r.party, r.order_group) c {guest_groups}) a
  LEFT JOIN person n ON n.id = a.party;

-- report_buyers_by_time(from_at Time, until_at Time, seller Id) -> many BuyerRow
{buyer_columns} ({buyer_sums} ({buyer_orders} r.party <> 0 AND {in_time} GROUP BY r.week, r.party, r.order_group) b GROUP BY b.party
   UNION ALL {guest_sums} ({buyer_orders} r.party = 0 AND {in_time} GROUP BY r.week, r.party, r.order_group) c {guest_groups}) a
  LEFT JOIN person n ON n.id = a.party;

-- report_cycles(limit Int) -> many ReportCycle
SELECT id, name, day FROM cycle WHERE state NOT IN ('draft', 'cancelled') ORDER BY id DESC LIMIT :limit;

-- report_orgs() -> many ReportOrg
SELECT id, name FROM org WHERE EXISTS (SELECT 1 FROM offer o WHERE o.org = org.id) ORDER BY name, id;
