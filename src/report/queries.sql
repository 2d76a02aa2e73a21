-- ---- the projection ----

-- part row_columns
seller_order, kind, ref, position, order_group, cycle, at, pickup, seller, party, variant, word, payer, steps, weighed, amount, tax_ppm, tax

-- part row_of_line
SELECT s.id AS seller_order, 'line' AS kind, l.id AS ref, 0 AS position, s.order_group, coalesce(c.cycle, 0) AS cycle, g.placed_at AS at, g.pickup, s.org AS seller, p.org AS party,
       l.variant, '' AS word, '' AS payer, l.steps, coalesce(l.weighed_priced_steps, 0) AS weighed, l.amount, l.tax_ppm, l.tax
  FROM seller_order s JOIN order_group g ON g.id = s.order_group
  JOIN order_line l ON l.order_group = s.order_group AND l.seller_order = s.id JOIN product p ON p.id = l.product
  LEFT JOIN cycle_order c ON c.order_group = s.order_group

-- part row_of_fee
SELECT s.id, 'fee', f.line, f.position, s.order_group, coalesce(c.cycle, 0), g.placed_at, g.pickup, s.org, f.receiver, 0, f.kind, f.payer, 0, 0, f.amount, f.tax_ppm, f.tax
  FROM seller_order s JOIN order_group g ON g.id = s.order_group
  JOIN order_fee f ON f.seller_order = s.id
  LEFT JOIN cycle_order c ON c.order_group = s.order_group

-- part row_of_charge
SELECT s.id, 'charge', h.id, 0, s.order_group, coalesce(c.cycle, 0), g.placed_at, g.pickup, s.org, coalesce(h.receiver, 0), 0, h.kind, '', 0, 0, h.amount, h.tax_ppm, h.tax
  FROM seller_order s JOIN order_group g ON g.id = s.order_group
  JOIN order_charge h ON h.seller_order = s.id
  LEFT JOIN cycle_order c ON c.order_group = s.order_group

-- part row_of_part
SELECT s.id, 'part', s.id, 0, s.order_group, coalesce(c.cycle, 0), g.placed_at, g.pickup, s.org, coalesce(g.buyer, 0), 0, '', '', (SELECT count(*) FROM order_line n WHERE n.order_group = s.order_group AND n.seller_order = s.id), 0, s.total, 0, 0
  FROM seller_order s JOIN order_group g ON g.id = s.order_group
  LEFT JOIN cycle_order c ON c.order_group = s.order_group

-- part counts
s.placement NOT IN ('cancelled', 'expired')

-- report_part_add(part Id) -> done
INSERT INTO report_row ({row_columns})
{row_of_line} WHERE s.id = :part AND {counts} UNION ALL
{row_of_fee} WHERE s.id = :part AND {counts} UNION ALL
{row_of_charge} WHERE s.id = :part AND {counts} UNION ALL
{row_of_part} WHERE s.id = :part AND {counts};

-- report_order_add(order_group Id) -> done
INSERT INTO report_row ({row_columns})
{row_of_line} WHERE s.order_group = :order_group AND {counts} UNION ALL
{row_of_fee} WHERE s.order_group = :order_group AND {counts} UNION ALL
{row_of_charge} WHERE s.order_group = :order_group AND {counts} UNION ALL
{row_of_part} WHERE s.order_group = :order_group AND {counts};

-- report_part_drop(part Id) -> done
DELETE FROM report_row WHERE seller_order = :part;

-- report_empty() -> one ReportEmpty
SELECT EXISTS (SELECT 1 FROM report_row) AS "rows Bool", EXISTS (SELECT 1 FROM seller_order s WHERE {counts}) AS "orders Bool";

-- report_drop_all() -> done
DELETE FROM report_row;

-- report_add_all() -> done
INSERT INTO report_row ({row_columns})
{row_of_line} WHERE {counts} UNION ALL
{row_of_fee} WHERE {counts} UNION ALL
{row_of_charge} WHERE {counts} UNION ALL
{row_of_part} WHERE {counts};

-- What should be there and is not, or is there and should not be.
-- report_differing() -> one ReportDiffering
SELECT (SELECT count(*) FROM report_row) AS "rows Int",
       (SELECT count(*) FROM (
          {row_of_line} WHERE {counts} UNION ALL {row_of_fee} WHERE {counts} UNION ALL
          {row_of_charge} WHERE {counts} UNION ALL {row_of_part} WHERE {counts}
          EXCEPT SELECT {row_columns} FROM report_row) a) AS "missing Int",
       (SELECT count(*) FROM (
          SELECT {row_columns} FROM report_row EXCEPT SELECT {row_columns} FROM (
            {row_of_line} WHERE {counts} UNION ALL {row_of_fee} WHERE {counts} UNION ALL
            {row_of_charge} WHERE {counts} UNION ALL {row_of_part} WHERE {counts}) w) b) AS "odd Int";

-- ---- the reports: of one cycle, or of a time ----

-- part goods_columns
SELECT a.seller AS "seller Id", a.producer AS "producer Id", a.variant AS "variant Id", a.lines AS "lines Int", a.steps AS "steps Int",
       a.weighed AS "weighed Int", a.amount AS "amount Money", a.tax AS "tax Money",
       v.sold_unit AS "sold_unit Text", v.sold_scale AS "sold_scale Int", v.priced_unit AS "priced_unit Text", v.priced_scale AS "priced_scale Int",
       coalesce(t.name, o.name) AS "name Text", coalesce(x.pack, y.pack, '') AS "pack Text", coalesce(v.sku, '') AS "sku Text",
       coalesce(pt.name, g.name) AS "producer_name Text"

-- part goods_names
JOIN variant v ON v.id = a.variant JOIN product p ON p.id = v.product
  JOIN product_text o ON o.product = p.id AND o.lang = p.lang
  LEFT JOIN product_text t ON t.product = p.id AND t.lang = :lang
  LEFT JOIN variant_text x ON x.variant = v.id AND x.lang = :lang
  LEFT JOIN variant_text y ON y.variant = v.id AND y.lang = p.lang
  JOIN org g ON g.id = a.producer LEFT JOIN producer_text pt ON pt.org = a.producer AND pt.lang = :lang
 ORDER BY coalesce(pt.name, g.name), coalesce(t.name, o.name), v.position, a.variant, a.seller;

-- report_goods_by_cycle(cycle Id, seller Id, lang Text) -> many GoodsRow
{goods_columns}
  FROM (SELECT r.seller, r.variant, min(r.party) AS producer, count(*) AS lines, sum(r.steps) AS steps, sum(r.weighed) AS weighed, sum(r.amount) AS amount,
               sum(r.tax) AS tax
          FROM report_row r WHERE r.cycle = :cycle AND r.kind = 'line' AND (:seller = 0 OR r.seller = :seller)
         GROUP BY r.seller, r.variant) a
{goods_names}

-- part money_columns
SELECT a.kind AS "kind Text", a.seller AS "seller Id", a.party AS "party Id", a.word AS "word Text", a.payer AS "payer Text", a.tax_ppm AS "tax_ppm Int",
       a.n AS "rows Int", a.amount AS "amount Money", a.tax AS "tax Money", g.name AS "seller_name Text", coalesce(q.name, '') AS "party_name Text"

-- report_money_by_cycle(cycle Id, seller Id) -> many MoneyRow
{money_columns}
  FROM (SELECT kind, seller, CASE WHEN kind IN ('fee', 'charge') THEN party ELSE 0 END AS party, word, payer, tax_ppm, sum(n) AS n,
               sum(amount) AS amount, sum(tax) AS tax
          FROM (SELECT r.kind, r.seller, r.party, r.word, r.payer, r.tax_ppm, count(*) AS n, sum(r.amount) AS amount, sum(r.tax) AS tax
                  FROM report_row r WHERE r.cycle = :cycle AND (:seller = 0 OR r.seller = :seller)
                 GROUP BY r.kind, r.seller, r.variant, r.word, r.payer, r.party, r.tax_ppm) b
         GROUP BY kind, seller, CASE WHEN kind IN ('fee', 'charge') THEN party ELSE 0 END, word, payer, tax_ppm) a
  JOIN org g ON g.id = a.seller LEFT JOIN org q ON q.id = a.party
 ORDER BY g.name, a.seller, a.kind, q.name, a.party, a.word, a.payer, a.tax_ppm;

-- part parts_columns
SELECT s.id AS "part Id", s.order_group AS "order_group Id", s.org AS "seller Id", g.code AS "code Text", g.payment AS "payment Text", g.total AS "order_total Money",
       s.placement AS "placement Text", s.total AS "total Money", a.lines AS "lines Int", g.placed_at AS "placed_at Time",
       coalesce(x.name, y.name, '') AS "pickup Text", w.name AS "seller_name Text", coalesce(k.phone, '') AS "guest_phone Text",
       coalesce(n.name, '') AS "buyer_name Text", coalesce(n.phone, '') AS "buyer_phone Text", coalesce(k.name, '') AS "guest_name Text", coalesce(k.note, '') AS "note Text",
       coalesce((SELECT min(z.state) FROM parcel z WHERE z.seller_order = s.id), '') AS "parcel Text",
       cs.from_at AS "slot_from Time?", cs.until_at AS "slot_until Time?"

-- part parts_names
JOIN seller_order s ON s.id = a.seller_order JOIN order_group g ON g.id = s.order_group JOIN org w ON w.id = s.org
  JOIN pickup pl ON pl.id = g.pickup
  LEFT JOIN pickup_text x ON x.pickup = pl.id AND x.lang = :lang LEFT JOIN pickup_text y ON y.pickup = pl.id AND y.lang = pl.lang
  LEFT JOIN order_contact k ON k.order_group = g.id LEFT JOIN person n ON n.id = g.buyer
  LEFT JOIN cycle_order co ON co.order_group = g.id LEFT JOIN cycle_slot cs ON cs.id = co.slot

-- report_parts_by_cycle(cycle Id, seller Id, after Id, limit Int, lang Text) -> many PartRow
{parts_columns}
  FROM (SELECT r.seller_order, r.steps AS lines FROM report_row r
         WHERE r.cycle = :cycle AND r.kind = 'part' AND (:seller = 0 OR r.seller = :seller) AND r.seller_order > :after
         ORDER BY r.seller_order LIMIT :limit) a
{parts_names} ORDER BY s.id;

-- part report_line
SELECT r.seller_order AS "part Id", r.ref AS "line Id", l.title AS "title Text", l.pack AS "pack Text", l.steps AS "steps Int", l.sold_unit AS "sold_unit Text",
       l.sold_scale AS "sold_scale Int", coalesce(l.weighed_priced_steps, 0) AS "weighed Int", l.priced_unit AS "priced_unit Text", l.priced_scale AS "priced_scale Int", l.amount AS "amount Money",
       coalesce(t.name, l.title) AS "name Text"
  FROM report_row r JOIN order_line l ON l.id = r.ref
  LEFT JOIN product_text t ON t.product = l.product AND t.lang = :lang

-- report_lines_by_cycle(cycle Id, seller Id, after Id, until Id, lang Text) -> many LineRow
{report_line} WHERE r.seller_order > :after AND r.seller_order <= :until AND r.cycle = :cycle AND r.kind = 'line' AND (:seller = 0 OR r.seller = :seller)
 ORDER BY r.seller_order, l.position;

-- report_goods_by_time(from_at Time, until_at Time, seller Id, lang Text) -> many GoodsRow
{goods_columns}
  FROM (SELECT r.seller, r.variant, min(r.party) AS producer, count(*) AS lines, sum(r.steps) AS steps, sum(r.weighed) AS weighed, sum(r.amount) AS amount,
               sum(r.tax) AS tax
          FROM report_row r WHERE r.kind = 'line' AND r.at >= :from_at AND r.at < :until_at AND (:seller = 0 OR r.seller = :seller)
         GROUP BY r.seller, r.variant) a
{goods_names}

-- report_money_by_time(from_at Time, until_at Time, seller Id) -> many MoneyRow
{money_columns}
  FROM (SELECT r.kind, r.seller, CASE WHEN r.kind IN ('fee', 'charge') THEN r.party ELSE 0 END AS party, r.word, r.payer, r.tax_ppm, count(*) AS n,
               sum(r.amount) AS amount, sum(r.tax) AS tax
          FROM report_row r WHERE r.kind IN ('line', 'fee', 'charge', 'part') AND r.at >= :from_at AND r.at < :until_at AND (:seller = 0 OR r.seller = :seller)
         GROUP BY r.kind, r.seller, CASE WHEN r.kind IN ('fee', 'charge') THEN r.party ELSE 0 END, r.word, r.payer, r.tax_ppm) a
  JOIN org g ON g.id = a.seller LEFT JOIN org q ON q.id = a.party
 ORDER BY g.name, a.seller, a.kind, q.name, a.party, a.word, a.payer, a.tax_ppm;

-- report_parts_by_time(from_at Time, until_at Time, seller Id, after Id, limit Int, lang Text) -> many PartRow
{parts_columns}
  FROM (SELECT r.seller_order, r.steps AS lines FROM report_row r
         WHERE r.kind = 'part' AND r.at >= :from_at AND r.at < :until_at AND (:seller = 0 OR r.seller = :seller) AND r.seller_order > :after
         ORDER BY r.seller_order LIMIT :limit) a
{parts_names} ORDER BY s.id;

-- report_lines_by_time(from_at Time, until_at Time, seller Id, after Id, until Id, lang Text) -> many LineRow
{report_line} WHERE r.seller_order > :after AND r.seller_order <= :until AND r.kind = 'line' AND r.at >= :from_at AND r.at < :until_at AND (:seller = 0 OR r.seller = :seller)
 ORDER BY r.seller_order, l.position;

-- report_cycles(limit Int) -> many ReportCycle
SELECT id, name, day FROM cycle WHERE state NOT IN ('draft', 'cancelled') ORDER BY id DESC LIMIT :limit;

-- report_orgs() -> many ReportOrg
SELECT id, name FROM org WHERE EXISTS (SELECT 1 FROM offer o WHERE o.org = org.id) ORDER BY name, id;
