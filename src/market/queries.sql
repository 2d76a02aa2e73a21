-- Everything the market asks the database.

-- ---- categories ----

-- category_count() -> one MarketCount
SELECT count(*) AS "total Int" FROM category;

-- category_id_by_slug(slug Text) -> maybe MarketId
SELECT id FROM category WHERE slug = :slug;

-- part category_named
FROM category c
  LEFT JOIN category_text t ON t.category = c.id AND t.lang = :lang
  LEFT JOIN category_text e ON e.category = c.id AND e.lang = 'en'

-- category_list(lang Text) -> many Category
SELECT c.id, c.parent, c.slug, c.position, c.icon, coalesce(t.name, e.name, c.slug) AS "name Text"
  {category_named}
 ORDER BY c.position, c.id;

-- market_choices(lang Text) -> many MarketChoice
SELECT 'shelf' AS "kind Text", c.id AS "id Id", coalesce(c.parent, 0) AS "parent Id", c.slug AS "slug Text", c.icon AS "icon Text",
       coalesce(t.name, e.name, c.slug) AS "name Text", c.position AS "position Int"
  {category_named}
UNION ALL
SELECT 'pickup', p.id, 0, '', '', coalesce(u.name, d.name), p.position
  FROM pickup p
  JOIN pickup_text d ON d.pickup = p.id AND d.lang = p.lang
  LEFT JOIN pickup_text u ON u.pickup = p.id AND u.lang = :lang
 WHERE p.open = 1
 ORDER BY 7, 2;

-- category_insert(id Id, parent Id?, slug Text, position Int, icon Text, dfc_type Text?, now Time) -> done
INSERT INTO category (id, parent, slug, position, icon, dfc_type, made_at)
VALUES (:id, :parent, :slug, :position, :icon, :dfc_type, :now);

-- category_text_put(category Id, lang Text, name Text) -> done
INSERT INTO category_text (category, lang, name) VALUES (:category, :lang, :name)
ON CONFLICT (category, lang) DO UPDATE SET name = excluded.name;

-- category_path(category Id) -> many CategoryStep
WITH RECURSIVE up (id, parent) AS (
  SELECT id, parent FROM category WHERE id = :category
  UNION ALL
  SELECT c.id, c.parent FROM category c JOIN up ON c.id = up.parent)
SELECT up.id AS "id Id", t.name AS "name Text" FROM up JOIN category_text t ON t.category = up.id ORDER BY up.id, t.lang;

-- ---- producers ----

-- producer_row_put(org Id, lang Text, photo Text, now Time) -> done
INSERT INTO producer (org, lang, photo, changed_at) VALUES (:org, :lang, :photo, :now)
ON CONFLICT (org) DO UPDATE SET lang = excluded.lang, photo = excluded.photo, changed_at = excluded.changed_at;

-- producer_text_put(org Id, lang Text, name Text, place Text, story Text) -> done
INSERT INTO producer_text (org, lang, name, place, story) VALUES (:org, :lang, :name, :place, :story)
ON CONFLICT (org, lang) DO UPDATE SET name = excluded.name, place = excluded.place, story = excluded.story;

-- producer_text_clear(org Id) -> done
DELETE FROM producer_text WHERE org = :org;

-- producer_texts(org Id) -> many ProducerText
SELECT lang, name, place, story FROM producer_text WHERE org = :org ORDER BY lang;

-- producer_photo(org Id) -> maybe MarketText
SELECT photo AS words FROM producer WHERE org = :org;

-- part producer_named
FROM org g
  LEFT JOIN producer p ON p.org = g.id
  LEFT JOIN producer_text t ON t.org = g.id AND t.lang = :lang
  LEFT JOIN producer_text d ON d.org = g.id AND d.lang = p.lang

-- part producer
SELECT g.id, g.slug, coalesce(t.name, d.name, g.name) AS "name Text", coalesce(t.place, d.place, g.place) AS "place Text",
       coalesce(t.story, d.story, g.story) AS "story Text", coalesce(p.photo, '') AS "photo Text",
       (SELECT count(*) FROM listing l WHERE l.org = g.id) AS "goods Int"

-- producer_by_org(org Id, lang Text) -> maybe Producer
{producer} {producer_named}
 WHERE g.id = :org;

-- producer_list(lang Text, after Id, limit Int) -> many Producer
{producer} {producer_named}
 WHERE g.id > :after AND (p.org IS NOT NULL OR EXISTS (SELECT 1 FROM listing l WHERE l.org = g.id))
 ORDER BY g.id LIMIT :limit;

-- ---- products ----

-- product_insert(id Id, org Id, category Id, lang Text, state Text, season_months Int, keeps_days Int?, uri Text?, now Time) -> done
INSERT INTO product (id, org, category, lang, state, season_months, keeps_days, dfc_type, uri, made_at, changed_at)
VALUES (:id, :org, :category, :lang, :state, :season_months, :keeps_days, NULL, :uri, :now, :now);

-- product_change(id Id, category Id, season_months Int, keeps_days Int?, now Time) -> count
UPDATE product SET category = :category, season_months = :season_months, keeps_days = :keeps_days, changed_at = :now WHERE id = :id;

-- product_state_put(id Id, state Text, now Time) -> count
UPDATE product SET state = :state, changed_at = :now WHERE id = :id AND state <> :state;

-- product_id_by_uri(org Id, uri Text) -> maybe MarketId
SELECT id FROM product WHERE org = :org AND uri = :uri;

-- product_by_id(id Id, lang Text) -> maybe Product
SELECT p.id, p.org, p.category, p.lang, p.state, p.season_months, p.keeps_days, p.uri, p.made_at, p.changed_at,
       coalesce(t.name, d.name) AS "name Text", coalesce(t.story, d.story) AS "story Text"
  FROM product p
  JOIN product_text d ON d.product = p.id AND d.lang = p.lang
  LEFT JOIN product_text t ON t.product = p.id AND t.lang = :lang
 WHERE p.id = :id;

-- product_text_put(product Id, lang Text, name Text, story Text) -> done
INSERT INTO product_text (product, lang, name, story) VALUES (:product, :lang, :name, :story)
ON CONFLICT (product, lang) DO UPDATE SET name = excluded.name, story = excluded.story;

-- product_texts(product Id) -> many ProductText
SELECT lang, name, story FROM product_text WHERE product = :product ORDER BY lang;

-- product_photo_put(product Id, position Int, media Text, alt Text) -> done
INSERT INTO product_photo (product, position, media, alt) VALUES (:product, :position, :media, :alt)
ON CONFLICT (product, position) DO UPDATE SET media = excluded.media, alt = excluded.alt;

-- product_photo_drop(product Id, position Int) -> done
DELETE FROM product_photo WHERE product = :product AND position = :position;

-- product_photos(product Id) -> many ProductPhoto
SELECT position, media, alt FROM product_photo WHERE product = :product ORDER BY position LIMIT 20;

-- ---- variants and offers ----

-- variant_insert(id Id, product Id, position Int, sku Text?, gtin Text?, sold_unit Text, sold_scale Int, step Int, min_steps Int, max_steps Int?, priced_unit Text, priced_scale Int, nominal_priced_steps Int?, tolerance_ppm Int, tare_steps Int, content_unit Text?, content_milli Int?, now Time) -> done
INSERT INTO variant (id, product, position, sku, gtin, sold_unit, sold_scale, step, min_steps, max_steps, priced_unit, priced_scale,
                     nominal_priced_steps, tolerance_ppm, tare_steps, content_unit, content_milli, state, made_at)
VALUES (:id, :product, :position, :sku, :gtin, :sold_unit, :sold_scale, :step, :min_steps, :max_steps, :priced_unit, :priced_scale,
        :nominal_priced_steps, :tolerance_ppm, :tare_steps, :content_unit, :content_milli, 'live', :now);

-- variant_text_put(variant Id, lang Text, pack Text) -> done
INSERT INTO variant_text (variant, lang, pack) VALUES (:variant, :lang, :pack)
ON CONFLICT (variant, lang) DO UPDATE SET pack = excluded.pack;

-- variant_texts(variant Id) -> many VariantText
SELECT lang, pack FROM variant_text WHERE variant = :variant ORDER BY lang;

-- offer_insert(id Id, variant Id, product Id, org Id, place Id, now Time) -> done
INSERT INTO offer (id, variant, product, org, place, state, limit_steps, made_at, changed_at)
VALUES (:id, :variant, :product, :org, :place, 'open', NULL, :now, :now);

-- offer_state_put(id Id, state Text, now Time) -> count
UPDATE offer SET state = :state, changed_at = :now WHERE id = :id AND state <> :state;

-- offer_by_id(id Id) -> maybe Offer
SELECT o.id, o.variant, o.product, o.org, o.place, o.state, o.limit_steps, p.state AS product_state, p.org AS producer, p.category,
       v.sku, v.gtin, v.sold_unit, v.sold_scale, v.step, v.min_steps, v.max_steps, v.priced_unit, v.priced_scale,
       v.nominal_priced_steps, v.tolerance_ppm, v.content_unit, v.content_milli,
       pr.amount AS price, s.id AS stock, s.on_hand, s.reserved, s.oversell
  FROM offer o
  JOIN product p ON p.id = o.product
  JOIN variant v ON v.id = o.variant
  JOIN price pr ON pr.offer = o.id AND pr.tag = '' AND pr.channel = '' AND pr.min_steps = 0 AND pr.valid_to IS NULL
  JOIN stock s ON s.variant = o.variant AND s.place = o.place AND s.lot IS NULL
 WHERE o.id = :id;

-- part offer_words
JOIN product_text d ON d.product = o.product AND d.lang = p.lang
  LEFT JOIN product_text t ON t.product = o.product AND t.lang = :lang
  LEFT JOIN variant_text vd ON vd.variant = o.variant AND vd.lang = p.lang
  LEFT JOIN variant_text vt ON vt.variant = o.variant AND vt.lang = :lang

-- part order_columns
o.id, o.variant, o.product, o.org, o.limit_steps, v.sold_unit, v.sold_scale, v.step, v.min_steps, v.max_steps,
       v.priced_unit, v.priced_scale, v.nominal_priced_steps, v.tolerance_ppm, coalesce(t.name, d.name) AS "title Text",
       coalesce(vt.pack, vd.pack, '') AS "pack Text", pr.amount AS price, s.id AS stock, s.on_hand, s.reserved, s.oversell,
       coalesce(x.tax_ppm, 0) AS "tax_ppm Int", CASE WHEN k.open = 1 AND (k.everyone = 1 OR EXISTS (SELECT 1 FROM pickup_seller ps
       WHERE ps.pickup = k.id AND ps.org = o.org)) THEN 1 ELSE 0 END AS "served Bool", coalesce(k.org, 0) AS "carrier Id",
       z.charge, z.per_kg, z.free_from, z.min_goods, z.tax_ppm AS delivery_tax_ppm

-- part order_offer
JOIN offer o ON o.id = CAST(a.value ->> 0 AS BIGINT) AND o.state = 'open'
  JOIN product p ON p.id = o.product AND p.state = 'live'
  JOIN variant v ON v.id = o.variant AND v.state = 'live'
  JOIN price pr ON pr.id = (SELECT q.id FROM price q WHERE q.offer = o.id AND q.channel = '' AND q.valid_to IS NULL
                               AND q.min_steps <= CAST(a.value ->> 1 AS BIGINT)
                               AND (q.tag = '' OR EXISTS (SELECT 1 FROM buyer_tag b WHERE b.org = o.org AND b.person = :buyer AND b.tag = q.tag))
                             ORDER BY q.amount, q.id LIMIT 1)
  JOIN stock s ON s.variant = o.variant AND s.place = o.place AND s.lot IS NULL
  LEFT JOIN product_tax x ON x.product = o.product
  LEFT JOIN pickup k ON k.id = :pickup
  LEFT JOIN delivery_zone z ON z.pickup = k.id

-- offers_for_order(asked Text, lang Text, buyer Id, pickup Id) -> many OfferForOrder
SELECT a.key AS "line Int", {order_columns} FROM json_each(:asked) a {order_offer} {offer_words} ORDER BY 1;

-- offers_for_order postgres
SELECT a.n - 1 AS "line Int", {order_columns}
  FROM json_array_elements(CAST(:asked AS JSON)) WITH ORDINALITY AS a(value, n) {order_offer} {offer_words} ORDER BY 1;

-- offer_ids_by_product(product Id) -> many MarketId
SELECT id FROM offer WHERE product = :product ORDER BY id;

-- offer_ids_by_org(org Id) -> many MarketId
SELECT o.id FROM offer o JOIN product p ON p.id = o.product WHERE p.org = :org ORDER BY o.id;

-- offer_ids_after(after Id, limit Int) -> many MarketId
SELECT id FROM offer WHERE id > :after ORDER BY id LIMIT :limit;

-- price_end(offer Id, now Time) -> count
UPDATE price SET valid_to = :now WHERE offer = :offer AND tag = '' AND channel = '' AND min_steps = 0 AND valid_to IS NULL;

-- price_insert(id Id, offer Id, amount Money, now Time, actor Id?) -> done
INSERT INTO price (id, offer, tag, channel, min_steps, amount, valid_from, valid_to, actor)
VALUES (:id, :offer, '', '', 0, :amount, :now, NULL, :actor);

-- ---- stock ----

-- stock_place_by_org(org Id) -> maybe MarketId
SELECT id FROM stock_place WHERE org = :org ORDER BY id LIMIT 1;

-- stock_place_insert(id Id, org Id, name Text, now Time) -> done
INSERT INTO stock_place (id, org, name, made_at) VALUES (:id, :org, :name, :now);

-- stock_insert(id Id, variant Id, place Id, oversell Bool) -> done
INSERT INTO stock (id, variant, place, lot, on_hand, reserved, oversell, moves) VALUES (:id, :variant, :place, NULL, 0, 0, :oversell, 0);

-- stock_change(id Id, on_hand Int, reserved Int) -> maybe StockMark
UPDATE stock SET on_hand = on_hand + :on_hand, reserved = reserved + :reserved, moves = moves + 1
 WHERE id = :id AND reserved + :reserved >= 0
   AND (oversell = 1 OR on_hand + :on_hand >= reserved + :reserved)
RETURNING variant, place, on_hand, reserved, oversell, moves;

-- stock_by_id(id Id) -> maybe Stock
SELECT s.id, s.variant, s.place, s.on_hand, s.reserved, s.oversell, s.moves, v.sold_scale FROM stock s JOIN variant v ON v.id = s.variant WHERE s.id = :id;

-- stock_at(variant Id, place Id) -> maybe MarketId
SELECT id FROM stock WHERE variant = :variant AND place = :place AND lot IS NULL;

-- stock_move_insert(stock Id, seq Int, kind Text, on_hand Int, reserved Int, subject Id?, actor Id?, now Time) -> done
INSERT INTO stock_move (stock, seq, kind, on_hand_change, reserved_change, subject, actor, at)
VALUES (:stock, :seq, :kind, :on_hand, :reserved, :subject, :actor, :now);

-- ---- the shelf ----

-- listing_source(offer Id) -> maybe ListingSource
SELECT o.id, o.variant, o.product, o.org, o.place, p.org AS producer, p.category, p.lang, p.season_months, v.sold_unit, v.sold_scale,
       v.step, v.min_steps, v.priced_unit, v.priced_scale, v.nominal_priced_steps, v.content_unit, v.content_milli,
       pr.amount AS price, g.name AS org_name, coalesce(r.lang, '') AS "producer_lang Text",
       coalesce(f.media, '') AS "photo Text", coalesce(f.alt, '') AS "photo_alt Text",
       (SELECT coalesce(sum(CASE WHEN s.oversell = 1 THEN 1000000000 ELSE s.on_hand - s.reserved END), 0)
          FROM stock s WHERE s.variant = o.variant AND s.place = o.place) AS "available Int"
  FROM offer o
  JOIN product p ON p.id = o.product AND p.state = 'live'
  JOIN variant v ON v.id = o.variant AND v.state = 'live'
  JOIN price pr ON pr.offer = o.id AND pr.tag = '' AND pr.channel = '' AND pr.min_steps = 0 AND pr.valid_to IS NULL
  JOIN org g ON g.id = p.org
  LEFT JOIN producer r ON r.org = p.org
  LEFT JOIN product_photo f ON f.product = p.id AND f.position = (SELECT min(m.position) FROM product_photo m WHERE m.product = p.id)
 WHERE o.id = :offer AND o.state = 'open';

-- listing_insert(offer Id, rank Int, product Id, variant Id, org Id, producer Id, category Id, place Id, title Text, pack Text, producer_name Text, price Money, sold_unit Text, sold_scale Int, step Int, min_steps Int, priced_unit Text, nominal_milli Int?, content_unit Text?, content_milli Int?, season_months Int, photo Text, photo_alt Text) -> done
INSERT INTO listing (offer, rank, product, variant, org, producer, category, place, title, pack, producer_name, price, sold_unit,
                     sold_scale, step, min_steps, priced_unit, nominal_milli, content_unit, content_milli, season_months, photo, photo_alt)
VALUES (:offer, :rank, :product, :variant, :org, :producer, :category, :place, :title, :pack, :producer_name, :price, :sold_unit,
        :sold_scale, :step, :min_steps, :priced_unit, :nominal_milli, :content_unit, :content_milli, :season_months, :photo, :photo_alt);

-- listing_text_insert(offer Id, lang Text, title Text, pack Text, producer_name Text) -> done
INSERT INTO listing_text (offer, lang, title, pack, producer_name) VALUES (:offer, :lang, :title, :pack, :producer_name);

-- listing_category_insert(category Id, rank Int, offer Id) -> done
INSERT INTO listing_category (category, rank, offer) VALUES (:category, :rank, :offer);

-- listing_search_insert(offer Id, words Text) -> done
INSERT INTO listing_search (rowid, words) VALUES (:offer, :words);

-- listing_search_insert postgres
INSERT INTO listing_search (id, words) VALUES (:offer, :words);

-- listing_search_drop(offer Id) -> done
DELETE FROM listing_search WHERE rowid = :offer;

-- listing_search_drop postgres
DELETE FROM listing_search WHERE id = :offer;

-- listing_category_drop(offer Id) -> done
DELETE FROM listing_category WHERE offer = :offer;

-- listing_text_drop(offer Id) -> done
DELETE FROM listing_text WHERE offer = :offer;

-- listing_drop(offer Id) -> count
DELETE FROM listing WHERE offer = :offer;

-- listing_rank_put(offer Id, rank Int) -> count
UPDATE listing SET rank = :rank WHERE offer = :offer AND rank <> :rank;

-- listing_category_rank_put(offer Id, rank Int) -> count
UPDATE listing_category SET rank = :rank WHERE offer = :offer;

-- listing_marks(variant Id, place Id) -> many ListingMark
SELECT offer, rank, min_steps FROM listing WHERE variant = :variant AND place = :place;

-- part card
SELECT l.offer, l.rank, l.product, l.org, coalesce(t.title, l.title) AS "title Text", coalesce(t.pack, l.pack) AS "pack Text",
       coalesce(t.producer_name, l.producer_name) AS "producer_name Text", l.price, l.sold_unit, l.sold_scale, l.step, l.min_steps,
       l.priced_unit, l.nominal_milli, l.content_unit, l.content_milli, l.season_months, l.photo, l.photo_alt,
       (SELECT coalesce(sum(CASE WHEN s.oversell = 1 THEN 1000000000 ELSE s.on_hand - s.reserved END), 0)
          FROM stock s WHERE s.variant = l.variant AND s.place = l.place) AS "available Int"

-- listing_page(lang Text, before Int, floor Int, pickup Id, limit Int) -> many Card
{card}
  FROM listing l
  LEFT JOIN listing_text t ON t.offer = l.offer AND t.lang = :lang
 WHERE l.rank < :before AND l.rank > :floor
   AND (:pickup = 0 OR EXISTS (SELECT 1 FROM pickup_seller ps WHERE ps.pickup = :pickup AND ps.org = l.org))
 ORDER BY l.rank DESC LIMIT :limit;

-- listing_page_by_org(lang Text, before Int, floor Int, org Id, limit Int) -> many Card
{card}
  FROM listing l
  LEFT JOIN listing_text t ON t.offer = l.offer AND t.lang = :lang
 WHERE l.org = :org AND l.rank < :before AND l.rank > :floor
 ORDER BY l.rank DESC LIMIT :limit;

-- listing_page_by_category(lang Text, before Int, floor Int, category Id, org Id, pickup Id, limit Int) -> many Card
{card}
  FROM listing_category c
  JOIN listing l ON l.offer = c.offer
  LEFT JOIN listing_text t ON t.offer = l.offer AND t.lang = :lang
 WHERE c.category = :category AND c.rank < :before AND c.rank > :floor
   AND (:org = 0 OR l.org = :org)
   AND (:pickup = 0 OR EXISTS (SELECT 1 FROM pickup_seller ps WHERE ps.pickup = :pickup AND ps.org = l.org))
 ORDER BY c.rank DESC LIMIT :limit;

-- part found_filter
((:in_stock = 1 AND l.rank > 0) OR (:in_stock = 0 AND l.rank <= 0))
   AND (:category = 0 OR EXISTS (SELECT 1 FROM listing_category c WHERE c.offer = l.offer AND c.category = :category))
   AND (:org = 0 OR l.org = :org)
   AND (:pickup = 0 OR EXISTS (SELECT 1 FROM pickup_seller ps WHERE ps.pickup = :pickup AND ps.org = l.org))

-- listing_page_found(lang Text, words Text, before Id, in_stock Bool, category Id, org Id, pickup Id, limit Int) -> many Card
{card}
  FROM listing_search f
  JOIN listing l ON l.offer = f.rowid
  LEFT JOIN listing_text t ON t.offer = l.offer AND t.lang = :lang
 WHERE listing_search MATCH :words AND f.rowid < :before
   AND {found_filter}
 ORDER BY f.rowid DESC LIMIT :limit;

-- listing_page_found postgres
{card}
  FROM listing_search f
  JOIN listing l ON l.offer = f.id
  LEFT JOIN listing_text t ON t.offer = l.offer AND t.lang = :lang
 WHERE to_tsvector('simple', f.words) @@ to_tsquery('simple', :words) AND f.id < :before
   AND {found_filter}
 ORDER BY f.id DESC LIMIT :limit;

-- listing_page_by_product(lang Text, product Id) -> many Card
{card}
  FROM listing l
  LEFT JOIN listing_text t ON t.offer = l.offer AND t.lang = :lang
 WHERE l.product = :product ORDER BY l.offer LIMIT 50;

-- listing_by_offer(lang Text, offer Id) -> maybe Card
{card}
  FROM listing l
  LEFT JOIN listing_text t ON t.offer = l.offer AND t.lang = :lang
 WHERE l.offer = :offer;

-- ---- my goods: what a seller sees of its own offers, shown or not ----

-- goods_page(org Id, lang Text, before Id, limit Int) -> many Good
SELECT o.id AS offer, o.product, o.state AS offer_state, p.state AS product_state, coalesce(t.name, d.name) AS "title Text",
       coalesce(vt.pack, vd.pack, '') AS "pack Text", v.sold_unit, v.sold_scale, v.step, v.priced_unit, pr.amount AS price,
       s.on_hand, s.reserved, s.oversell, coalesce(f.media, '') AS "photo Text", v.sku
  FROM offer o
  JOIN product p ON p.id = o.product
  JOIN variant v ON v.id = o.variant
  {offer_words}
  JOIN price pr ON pr.offer = o.id AND pr.tag = '' AND pr.channel = '' AND pr.min_steps = 0 AND pr.valid_to IS NULL
  JOIN stock s ON s.variant = o.variant AND s.place = o.place AND s.lot IS NULL
  LEFT JOIN product_photo f ON f.product = p.id AND f.position = (SELECT min(m.position) FROM product_photo m WHERE m.product = p.id)
 WHERE o.org = :org AND o.id < :before ORDER BY o.id DESC LIMIT :limit;

-- ---- pickup places ----

-- pickup_insert(id Id, org Id, lang Text, everyone Bool, latitude Real?, longitude Real?, position Int, now Time) -> done
INSERT INTO pickup (id, org, lang, everyone, latitude, longitude, open, position, made_at)
VALUES (:id, :org, :lang, :everyone, :latitude, :longitude, 1, :position, :now);

-- pickup_text_put(pickup Id, lang Text, name Text, address Text, instructions Text) -> done
INSERT INTO pickup_text (pickup, lang, name, address, instructions) VALUES (:pickup, :lang, :name, :address, :instructions)
ON CONFLICT (pickup, lang) DO UPDATE SET name = excluded.name, address = excluded.address, instructions = excluded.instructions;

-- pickup_hours_insert(pickup Id, weekday Int, from_minute Int, to_minute Int) -> done
INSERT INTO pickup_hours (pickup, weekday, from_minute, to_minute) VALUES (:pickup, :weekday, :from_minute, :to_minute);

-- pickup_hours_clear(pickup Id) -> done
DELETE FROM pickup_hours WHERE pickup = :pickup;

-- pickup_seller_insert(pickup Id, org Id) -> done
INSERT INTO pickup_seller (pickup, org) VALUES (:pickup, :org) ON CONFLICT (pickup, org) DO NOTHING;

-- pickup_put(id Id, open Bool, everyone Bool, latitude Real?, longitude Real?) -> count
UPDATE pickup SET open = :open, everyone = :everyone, latitude = :latitude, longitude = :longitude WHERE id = :id;

-- pickup_sellers_clear(pickup Id) -> count
DELETE FROM pickup_seller WHERE pickup = :pickup;

-- pickup_sellers_of(pickup Id, lang Text) -> many PickupSellerName
SELECT g.id, coalesce(t.name, g.name) AS "name Text", CASE WHEN s.org IS NULL THEN 0 ELSE 1 END AS "chosen Bool"
  FROM org g
  LEFT JOIN producer_text t ON t.org = g.id AND t.lang = :lang
  LEFT JOIN pickup_seller s ON s.org = g.id AND s.pickup = :pickup
 WHERE s.org IS NOT NULL OR EXISTS (SELECT 1 FROM offer o WHERE o.org = g.id) ORDER BY 2, 1 LIMIT 500;

-- pickup_count() -> one MarketCount
SELECT count(*) AS "total Int" FROM pickup;

-- part pickup
SELECT p.id, p.org, p.everyone, p.open, p.latitude, p.longitude, coalesce(t.name, d.name) AS "name Text",
       coalesce(t.address, d.address) AS "address Text", coalesce(t.instructions, d.instructions) AS "instructions Text",
       z.charge, z.per_kg, z.free_from, z.min_goods, z.tax_ppm
  FROM pickup p
  JOIN pickup_text d ON d.pickup = p.id AND d.lang = p.lang
  LEFT JOIN pickup_text t ON t.pickup = p.id AND t.lang = :lang
  LEFT JOIN delivery_zone z ON z.pickup = p.id

-- pickup_by_id(id Id, lang Text) -> maybe Pickup
{pickup} WHERE p.id = :id;

-- farm_gate(org Id) -> maybe FarmGate
SELECT latitude, longitude FROM round_gate WHERE org = :org;

-- pickup_hours_all() -> many PickupHoursRow
SELECT pickup, weekday, from_minute, to_minute FROM pickup_hours ORDER BY pickup, weekday, from_minute LIMIT 2000;

-- pickup_sellers_all() -> many PickupSeller
SELECT pickup, org FROM pickup_seller ORDER BY pickup, org LIMIT 20000;

-- pickup_list(lang Text, closed Bool) -> many Pickup
{pickup} WHERE p.open = 1 OR :closed = 1 ORDER BY p.position, p.id LIMIT 100;

-- pickup_texts(pickup Id) -> many PickupText
SELECT lang, name, address, instructions FROM pickup_text WHERE pickup = :pickup ORDER BY lang;

-- pickup_hours_of(pickup Id) -> many PickupHoursRow
SELECT pickup, weekday, from_minute, to_minute FROM pickup_hours WHERE pickup = :pickup ORDER BY weekday, from_minute;

-- pickup_rule(pickup Id) -> maybe PickupRule
SELECT p.org, p.open, p.everyone, z.charge, z.per_kg, z.free_from, z.min_goods, z.tax_ppm
  FROM pickup p LEFT JOIN delivery_zone z ON z.pickup = p.id WHERE p.id = :pickup;

-- ---- carts ----

-- cart_by_token(token Blob) -> maybe Cart
SELECT id, person, changed_at FROM cart WHERE token = :token;

-- cart_by_person(person Id) -> maybe Cart
SELECT id, person, changed_at FROM cart WHERE person = :person;

-- cart_insert(id Id, token Blob?, person Id?, now Time) -> done
INSERT INTO cart (id, token, person, changed_at) VALUES (:id, :token, :person, :now);

-- cart_give(id Id, person Id, now Time) -> count
UPDATE cart SET person = :person, changed_at = :now WHERE id = :id AND person IS NULL;

-- cart_touch(id Id, now Time) -> count
UPDATE cart SET changed_at = :now WHERE id = :id;

-- cart_line_put(cart Id, offer Id, steps Int, now Time) -> done
INSERT INTO cart_line (cart, offer, steps, added_at) VALUES (:cart, :offer, :steps, :now)
ON CONFLICT (cart, offer) DO UPDATE SET steps = excluded.steps;

-- cart_line_merge(from_cart Id, into_cart Id) -> done
INSERT INTO cart_line (cart, offer, steps, added_at)
SELECT :into_cart, offer, steps, added_at FROM cart_line WHERE cart = :from_cart AND true
ON CONFLICT (cart, offer) DO NOTHING;

-- cart_line_drop(cart Id, offer Id) -> count
DELETE FROM cart_line WHERE cart = :cart AND offer = :offer;

-- cart_lines_drop(cart Id) -> count
DELETE FROM cart_line WHERE cart = :cart;

-- cart_drop(id Id) -> count
DELETE FROM cart WHERE id = :id;

-- cart_list_stale(before Time, limit Int) -> many MarketId
SELECT id FROM cart WHERE changed_at < :before ORDER BY changed_at LIMIT :limit;

-- cart_asks(token Blob, person Id) -> many CartAsk
SELECT k.cart, k.offer, k.steps FROM cart_line k JOIN offer o ON o.id = k.offer
 WHERE k.cart = coalesce((SELECT c.id FROM cart c WHERE c.token = :token AND (c.person IS NULL OR c.person = :person)),
                         (SELECT c.id FROM cart c WHERE c.person = :person))
 ORDER BY o.org, k.added_at, k.offer LIMIT 100;

-- cart_size(cart Id) -> one MarketCount
SELECT count(*) AS "total Int" FROM cart_line WHERE cart = :cart;

-- cart_lines(cart Id, lang Text, buyer Id) -> many CartLine
SELECT k.offer, k.steps, o.product, o.org, o.state AS offer_state, p.state AS product_state, v.sold_unit, v.sold_scale, v.step,
       v.min_steps, v.max_steps, v.priced_unit, v.priced_scale, v.nominal_priced_steps, v.tolerance_ppm,
       coalesce(t.name, d.name) AS "title Text", coalesce(vt.pack, vd.pack, '') AS "pack Text", pr.amount AS price,
       coalesce(f.media, '') AS "photo Text", s.on_hand, s.reserved, s.oversell,
       coalesce(rt.name, rd.name, g.name) AS "seller_name Text"
  FROM cart_line k
  JOIN offer o ON o.id = k.offer
  JOIN product p ON p.id = o.product
  JOIN variant v ON v.id = o.variant
  {offer_words}
  JOIN price pr ON pr.id = (SELECT q.id FROM price q WHERE q.offer = o.id AND q.channel = '' AND q.valid_to IS NULL AND q.min_steps <= k.steps
                               AND (q.tag = '' OR EXISTS (SELECT 1 FROM buyer_tag b WHERE b.org = o.org AND b.person = :buyer AND b.tag = q.tag))
                             ORDER BY q.amount, q.id LIMIT 1)
  JOIN stock s ON s.variant = o.variant AND s.place = o.place AND s.lot IS NULL
  JOIN org g ON g.id = o.org
  LEFT JOIN producer r ON r.org = o.org
  LEFT JOIN producer_text rt ON rt.org = o.org AND rt.lang = :lang
  LEFT JOIN producer_text rd ON rd.org = o.org AND rd.lang = r.lang
  LEFT JOIN product_photo f ON f.product = o.product AND f.position = (SELECT min(m.position) FROM product_photo m WHERE m.product = o.product)
 WHERE k.cart = :cart ORDER BY o.org, k.added_at, k.offer LIMIT 100;

-- ---- placing an order ----

-- order_key_by_key(owner Id, key Text) -> maybe OrderKey
SELECT body, order_group FROM order_key WHERE owner = :owner AND key = :key;

-- order_key_insert(owner Id, key Text, body Blob, order_group Id, now Time) -> count
INSERT INTO order_key (owner, key, body, order_group, made_at) VALUES (:owner, :key, :body, :order_group, :now)
ON CONFLICT (owner, key) DO NOTHING;

-- order_group_insert(id Id, secret Text, code Text, buyer Id?, channel Text, lang Text, currency Text, total Money, payment_method Text, payment Text, pickup Id, expires_at Time?, now Time) -> done
INSERT INTO order_group (id, secret, code, buyer, channel, lang, currency, total, payment_method, payment, pickup, open, expires_at, placed_at, changed_at)
VALUES (:id, :secret, :code, :buyer, :channel, :lang, :currency, :total, :payment_method, :payment, :pickup, 1, :expires_at, :now, :now);

-- order_contact_insert(order_group Id, name Text, phone Text, note Text, address Text, missing Text, email Text) -> done
INSERT INTO order_contact (order_group, name, phone, note, erased_at, address, missing, email)
VALUES (:order_group, :name, :phone, :note, NULL, :address, :missing, :email);

-- part seller_orders_insert_row
INSERT INTO seller_order (id, order_group, position, org, placement, goods, charges, total, placed_at, changed_at)
SELECT CAST(j.value ->> 0 AS BIGINT), :order_group, CAST(j.value ->> 1 AS BIGINT), CAST(j.value ->> 2 AS BIGINT), 'placed',
       CAST(j.value ->> 3 AS BIGINT), CAST(j.value ->> 4 AS BIGINT), CAST(j.value ->> 3 AS BIGINT) + CAST(j.value ->> 4 AS BIGINT),
       :now, :now

-- seller_orders_insert(packed Text, order_group Id, now Time) -> count
{seller_orders_insert_row} FROM json_each(:packed) AS j;

-- seller_orders_insert postgres
{seller_orders_insert_row} FROM json_array_elements(CAST(:packed AS JSON)) AS j(value);

-- parcels_insert(order_group Id, pickup Id, now Time) -> count
INSERT INTO parcel (id, seller_order, order_group, pickup, state, changed_at)
SELECT id, id, order_group, :pickup, 'planned', :now FROM seller_order WHERE order_group = :order_group;

-- stock_moves_reserved(order_group Id, actor Id?, now Time) -> count
INSERT INTO stock_move (stock, seq, kind, on_hand_change, reserved_change, subject, actor, at)
SELECT s.id, s.moves, 'reserve', 0, sum(l.steps), :order_group, :actor, :now
  FROM order_line l JOIN stock s ON s.id = l.stock WHERE l.order_group = :order_group GROUP BY s.id, s.moves;

-- part order_lines_insert_row
INSERT INTO order_line (id, seller_order, order_group, position, offer, variant, product, stock, title, pack, sold_unit, sold_scale,
                        priced_unit, priced_scale, nominal_priced_steps, tolerance_ppm, price, ordered_steps, steps, weighed_priced_steps,
                        fulfilled_steps, estimate, amount, tax_ppm, tax)
SELECT CAST(j.value ->> 0 AS BIGINT), CAST(j.value ->> 1 AS BIGINT), :order_group, CAST(j.value ->> 2 AS BIGINT),
       CAST(j.value ->> 3 AS BIGINT), CAST(j.value ->> 4 AS BIGINT), CAST(j.value ->> 5 AS BIGINT), CAST(j.value ->> 6 AS BIGINT),
       j.value ->> 7, j.value ->> 8, j.value ->> 9, CAST(j.value ->> 10 AS BIGINT), j.value ->> 11, CAST(j.value ->> 12 AS BIGINT),
       CAST(j.value ->> 13 AS BIGINT), CAST(j.value ->> 14 AS BIGINT), CAST(j.value ->> 15 AS BIGINT),
       CAST(j.value ->> 16 AS BIGINT), CAST(j.value ->> 16 AS BIGINT), NULL, NULL, CAST(j.value ->> 17 AS BIGINT),
       CAST(j.value ->> 17 AS BIGINT), CAST(j.value ->> 18 AS BIGINT), CAST(j.value ->> 19 AS BIGINT)

-- order_lines_insert(packed Text, order_group Id) -> count
{order_lines_insert_row} FROM json_each(:packed) AS j;

-- order_lines_insert postgres
{order_lines_insert_row} FROM json_array_elements(CAST(:packed AS JSON)) AS j(value);

-- reservation_insert_all(order_group Id, expires_at Time?) -> count
INSERT INTO reservation (line, stock, steps, kind, state, expires_at)
SELECT id, stock, steps, 'order', 'open', :expires_at FROM order_line WHERE order_group = :order_group;

-- order_event_insert(order_group Id, seller_order Id?, axis Text, from_state Text, to_state Text, verb Text, actor Id?, now Time) -> done
INSERT INTO order_event (order_group, seq, seller_order, axis, from_state, to_state, verb, actor, at)
VALUES (:order_group, (SELECT coalesce(max(e.seq), 0) + 1 FROM order_event e WHERE e.order_group = :order_group), :seller_order, :axis,
        :from_state, :to_state, :verb, :actor, :now);

-- order_events_placed(order_group Id, actor Id?, now Time) -> count
INSERT INTO order_event (order_group, seq, seller_order, axis, from_state, to_state, verb, actor, at)
SELECT id, 1, NULL, 'payment', 'none', payment, 'place', :actor, :now FROM order_group WHERE id = :order_group
UNION ALL
SELECT order_group, 2 + 2 * position, id, 'placement', '', placement, 'place', :actor, :now FROM seller_order WHERE order_group = :order_group
UNION ALL
SELECT order_group, 3 + 2 * position, id, 'parcel', '', 'planned', 'place', :actor, :now FROM seller_order WHERE order_group = :order_group;

-- ---- orders as they stand ----

-- part order_group
SELECT g.id, g.secret, g.code, g.buyer, g.channel, g.lang, g.currency, g.total, g.payment_method, g.payment, g.pickup, g.open,
       g.expires_at, g.placed_at, g.changed_at, coalesce(nullif(c.name, ''), p.name, '') AS "buyer_name Text",
       coalesce(nullif(c.phone, ''), p.phone, '') AS "buyer_phone Text", coalesce(c.note, '') AS "note Text", c.erased_at,
       coalesce(c.address, '') AS "address Text", coalesce(c.missing, '') AS "missing Text"
  FROM order_group g
  LEFT JOIN order_contact c ON c.order_group = g.id
  LEFT JOIN person p ON p.id = g.buyer

-- order_group_by_id(id Id) -> maybe OrderGroup
{order_group} WHERE g.id = :id;

-- order_group_list_by_code(code Text) -> many MarketId
SELECT id FROM order_group WHERE code = :code ORDER BY open DESC, id DESC LIMIT 5;

-- order_group_list_by_buyer(buyer Id, before Id, limit Int) -> many OrderGroup
{order_group} WHERE g.buyer = :buyer AND g.id < :before ORDER BY g.id DESC LIMIT :limit;

-- order_list_coming(pickup Id, limit Int) -> many Coming
SELECT g.id, g.code, g.total, coalesce(nullif(c.name, ''), p.name, '') AS "name Text",
       (SELECT count(*) FROM seller_order s JOIN parcel k ON k.seller_order = s.id
         WHERE s.order_group = g.id AND k.state = 'planned') AS "unpacked Int"
  FROM order_group g
  LEFT JOIN order_contact c ON c.order_group = g.id
  LEFT JOIN person p ON p.id = g.buyer
 WHERE g.pickup = :pickup AND g.open = 1 ORDER BY g.id LIMIT :limit;

-- order_group_list_due(now Time, limit Int) -> many MarketId
SELECT id FROM order_group WHERE open = 1 AND expires_at IS NOT NULL AND expires_at <= :now ORDER BY expires_at LIMIT :limit;

-- seller_order_list(order_group Id) -> many SellerOrder
SELECT s.id, s.order_group, s.org, s.placement, s.goods, s.charges, s.total, s.placed_at, s.changed_at, k.id AS parcel,
       k.state AS parcel_state, k.changed_at AS parcel_changed_at
  FROM seller_order s
  JOIN parcel k ON k.seller_order = s.id
 WHERE s.order_group = :order_group ORDER BY s.id;

-- part order_line
SELECT id, seller_order, position, offer, variant, product, stock, title, pack, sold_unit, sold_scale, priced_unit, priced_scale, nominal_priced_steps,
       tolerance_ppm, price, ordered_steps, steps, weighed_priced_steps, estimate, amount, tax_ppm, tax
  FROM order_line

-- order_lines(order_group Id) -> many OrderLine
{order_line} WHERE order_group = :order_group ORDER BY position;

-- order_line_by_id(id Id) -> maybe OrderLine
{order_line} WHERE id = :id;

-- order_titles_by_buyer(buyer Id, before Id, limit Int) -> many OrderTitle
SELECT order_group, title FROM order_line
 WHERE order_group IN (SELECT id FROM order_group WHERE buyer = :buyer AND id < :before ORDER BY id DESC LIMIT :limit)
 ORDER BY order_group DESC, position;

-- seller_name(org Id, lang Text) -> maybe MarketText
SELECT coalesce(t.name, d.name, g.name) AS "words Text"
  {producer_named} WHERE g.id = :org;

-- ---- a seller's day ----

-- seller_order_list_open(org Id, after Id, limit Int) -> many OpenOrder
SELECT s.id, s.order_group, s.placement, s.total, s.placed_at, k.state AS parcel_state, g.code, g.pickup, g.payment,
       coalesce(nullif(c.name, ''), p.name, '') AS "buyer_name Text", coalesce(nullif(c.phone, ''), p.phone, '') AS "buyer_phone Text",
       coalesce(c.note, '') AS "note Text", coalesce(c.address, '') AS "address Text", coalesce(c.missing, '') AS "missing Text"
  FROM seller_order s
  JOIN parcel k ON k.seller_order = s.id
  JOIN order_group g ON g.id = s.order_group
  LEFT JOIN order_contact c ON c.order_group = g.id
  LEFT JOIN person p ON p.id = g.buyer
 WHERE s.org = :org AND s.placement IN ('placed', 'confirmed') AND s.id > :after
 ORDER BY s.id LIMIT :limit;

-- seller_lines_open(org Id, lang Text, after Id, up_to Id) -> many OpenLine
SELECT l.seller_order, l.position, l.variant, coalesce(t.name, l.title) AS "title Text", coalesce(vt.pack, l.pack) AS "pack Text",
       l.sold_unit, l.sold_scale, l.steps, l.amount, k.state AS parcel_state, l.id, l.nominal_priced_steps, l.weighed_priced_steps,
       l.priced_unit, l.priced_scale
  FROM seller_order s
  JOIN order_line l ON l.order_group = s.order_group AND l.seller_order = s.id
  JOIN parcel k ON k.seller_order = s.id
  LEFT JOIN product_text t ON t.product = l.product AND t.lang = :lang
  LEFT JOIN variant_text vt ON vt.variant = l.variant AND vt.lang = :lang
 WHERE s.org = :org AND s.placement IN ('placed', 'confirmed') AND s.id > :after AND s.id <= :up_to
 ORDER BY s.id, l.position;

-- seller_orders_waiting(org Id) -> one MarketCount
SELECT count(*) AS "total Int" FROM seller_order s JOIN parcel k ON k.seller_order = s.id
 WHERE s.org = :org AND s.placement IN ('placed', 'confirmed') AND k.state = 'planned';

-- ---- changing an order ----

-- seller_order_placement_put(id Id, was Text, now_is Text, now Time) -> count
UPDATE seller_order SET placement = :now_is, changed_at = :now WHERE id = :id AND placement = :was;

-- parcel_state_put(id Id, was Text, now_is Text, now Time) -> count
UPDATE parcel SET state = :now_is, changed_at = :now WHERE id = :id AND state = :was;

-- order_group_put(id Id, was Text, payment Text, total Money, open Bool, now Time) -> count
UPDATE order_group SET payment = :payment, total = :total, open = :open, changed_at = :now WHERE id = :id AND payment = :was;

-- order_group_pay_ahead(id Id, now Time) -> count
UPDATE order_group SET payment_method = 'wallet', payment = 'held', changed_at = :now
 WHERE id = :id AND payment_method = 'at_pickup' AND payment = 'due_at_pickup' AND open = 1 AND buyer IS NOT NULL;

-- order_group_hold(id Id, expires_at Time?) -> count
UPDATE order_group SET expires_at = :expires_at WHERE id = :id;

-- reservation_list(seller_order Id) -> many Reservation
SELECT r.line, r.stock, r.steps, r.state
  FROM seller_order s
  JOIN order_line l ON l.order_group = s.order_group AND l.seller_order = s.id
  JOIN reservation r ON r.line = l.id
 WHERE s.id = :seller_order ORDER BY r.stock, r.line;

-- reservation_state_put(line Id, stock Id, was Text, now_is Text) -> count
UPDATE reservation SET state = :now_is WHERE line = :line AND stock = :stock AND state = :was;

-- order_lines_fulfil(seller_order Id) -> count
UPDATE order_line SET fulfilled_steps = steps
 WHERE order_group = (SELECT order_group FROM seller_order WHERE id = :seller_order) AND seller_order = :seller_order;

-- order_lines_unfulfil(seller_order Id) -> count
UPDATE order_line SET fulfilled_steps = NULL
 WHERE order_group = (SELECT order_group FROM seller_order WHERE id = :seller_order) AND seller_order = :seller_order;

-- order_contact_erase(order_group Id, now Time) -> count
UPDATE order_contact SET name = '', phone = '', note = '', address = '', email = '', erased_at = :now WHERE order_group = :order_group AND erased_at IS NULL;

-- order_contact_erase_person(person Id, now Time) -> count
UPDATE order_contact SET name = '', phone = '', note = '', address = '', email = '', erased_at = :now
 WHERE erased_at IS NULL AND order_group IN (SELECT id FROM order_group WHERE buyer = :person);

-- order_contact_list_old(before Time, limit Int) -> many MarketId
SELECT c.order_group AS id FROM order_contact c JOIN order_group g ON g.id = c.order_group
 WHERE c.erased_at IS NULL AND g.open = 0 AND g.changed_at < :before ORDER BY c.order_group LIMIT :limit;

-- order_key_sweep(before Time) -> count
DELETE FROM order_key WHERE made_at < :before;

-- ---- what `millet verify` asks ----

-- verify_stock_moves() -> each StockSums
SELECT s.id, s.on_hand, s.reserved, s.oversell, s.moves, coalesce(m.on_hand, 0) AS "moved_on_hand Int",
       coalesce(m.reserved, 0) AS "moved_reserved Int", coalesce(m.moves, 0) AS "moves_there Int", coalesce(m.last_seq, 0) AS "last_seq Int",
       coalesce(r.steps, 0) AS "promised Int"
  FROM stock s
  LEFT JOIN (SELECT stock, sum(on_hand_change) AS on_hand, sum(reserved_change) AS reserved, count(*) AS moves, max(seq) AS last_seq
               FROM stock_move GROUP BY stock) m ON m.stock = s.id
  LEFT JOIN (SELECT stock, sum(steps) AS steps FROM reservation WHERE state = 'open' GROUP BY stock) r ON r.stock = s.id;

-- verify_seller_orders() -> each SellerOrderSums
SELECT s.id, s.order_group, s.placement, s.goods, s.charges, s.total, coalesce(l.amount, 0) AS "lines_amount Money",
       coalesce(l.lines, 0) AS "lines Int", coalesce(c.amount, 0) AS "charges_amount Money", coalesce(f.amount, 0) AS "fees_amount Money",
       coalesce(k.state, '') AS "parcel_state Text", coalesce(k.parcels, 0) AS "parcels Int"
  FROM seller_order s
  LEFT JOIN (SELECT seller_order, sum(amount) AS amount, count(*) AS lines FROM order_line GROUP BY seller_order) l ON l.seller_order = s.id
  LEFT JOIN (SELECT seller_order, sum(amount) AS amount FROM order_charge GROUP BY seller_order) c ON c.seller_order = s.id
  LEFT JOIN (SELECT seller_order, sum(amount) AS amount FROM order_fee WHERE payer = 'buyer' GROUP BY seller_order) f ON f.seller_order = s.id
  LEFT JOIN (SELECT seller_order, min(state) AS state, count(*) AS parcels FROM parcel GROUP BY seller_order) k ON k.seller_order = s.id;

-- verify_order_groups() -> each OrderGroupSums
SELECT g.id, g.total, g.payment, g.payment_method, g.open, coalesce(s.parts, 0) AS "parts Int", coalesce(s.total, 0) AS "parts_total Money",
       coalesce(s.open_parts, 0) AS "open_parts Int", coalesce(s.completed, 0) AS "completed Int"
  FROM order_group g
  LEFT JOIN (SELECT order_group, count(*) AS parts,
                    sum(CASE WHEN placement IN ('cancelled', 'expired') THEN 0 ELSE total END) AS total,
                    sum(CASE WHEN placement IN ('placed', 'confirmed') THEN 1 ELSE 0 END) AS open_parts,
                    sum(CASE WHEN placement = 'completed' THEN 1 ELSE 0 END) AS completed
               FROM seller_order GROUP BY order_group) s ON s.order_group = g.id;

-- verify_order_lines() -> each LineSums
SELECT l.id, l.sold_unit, l.sold_scale, l.priced_unit, l.priced_scale, l.nominal_priced_steps, l.tolerance_ppm, l.price, l.ordered_steps, l.steps,
       l.weighed_priced_steps, l.estimate, l.amount, l.tax_ppm, l.tax, s.placement, coalesce(r.steps, 0) AS "held_steps Int",
       coalesce(r.state, '') AS "held_state Text", coalesce(f.amount, 0) AS "taken Money"
  FROM order_line l
  JOIN seller_order s ON s.id = l.seller_order
  LEFT JOIN (SELECT line, sum(steps) AS steps, min(state) AS state FROM reservation GROUP BY line) r ON r.line = l.id
  LEFT JOIN (SELECT line, sum(amount) AS amount FROM order_fee WHERE payer = 'seller' GROUP BY line) f ON f.line = l.id;

-- verify_order_changes() -> each ChangeStep
SELECT c.seller_order, c.seq, c.before, c.after, s.total FROM order_change c JOIN seller_order s ON s.id = c.seller_order
 ORDER BY c.seller_order, c.seq;

-- verify_refunds() -> each RefundSums
SELECT r.id, r.state, r.amount, l.steps, s.total, s.placement, e.to_state AS state_now, e.seq AS events,
       (SELECT sum(o.amount) FROM refund o WHERE o.seller_order = r.seller_order AND o.state <> 'rejected') AS "all_amount Money?",
       (SELECT sum(o.steps) FROM refund o WHERE o.line = r.line AND o.state <> 'rejected') AS "all_steps Int?",
       (SELECT count(*) FROM refund_event n WHERE n.refund = r.id) AS "events_there Int"
  FROM refund r JOIN order_line l ON l.id = r.line JOIN seller_order s ON s.id = r.seller_order
  JOIN refund_event e ON e.refund = r.id AND e.seq = (SELECT max(n.seq) FROM refund_event n WHERE n.refund = r.id);

-- verify_order_events() -> each EventStep
SELECT e.order_group, e.seq, e.seller_order, e.axis, e.from_state, e.to_state, e.verb,
       coalesce(CASE e.axis WHEN 'payment' THEN g.payment WHEN 'placement' THEN s.placement ELSE k.state END, '') AS "state_now Text"
  FROM order_event e
  JOIN order_group g ON g.id = e.order_group
  LEFT JOIN seller_order s ON s.id = e.seller_order
  LEFT JOIN parcel k ON k.seller_order = e.seller_order AND k.id = e.seller_order
 ORDER BY e.order_group, e.axis, e.seller_order, e.seq;

-- verify_event_counts() -> each EventCount
SELECT g.id, coalesce(e.events, 0) AS "events Int", coalesce(e.last_seq, 0) AS "last_seq Int"
  FROM order_group g LEFT JOIN (SELECT order_group, count(*) AS events, max(seq) AS last_seq FROM order_event GROUP BY order_group) e ON e.order_group = g.id;

-- verify_shelf() -> each ShelfRow
SELECT o.id, o.state AS offer_state, p.state AS product_state, v.state AS variant_state, v.min_steps, pr.amount AS price,
       coalesce(l.rank, 0) AS "rank Int", l.price AS listed_price,
       (SELECT coalesce(sum(CASE WHEN s.oversell = 1 THEN 1000000000 ELSE s.on_hand - s.reserved END), 0)
          FROM stock s WHERE s.variant = o.variant AND s.place = o.place) AS "available Int"
  FROM offer o
  JOIN product p ON p.id = o.product
  JOIN variant v ON v.id = o.variant
  LEFT JOIN price pr ON pr.offer = o.id AND pr.tag = '' AND pr.channel = '' AND pr.min_steps = 0 AND pr.valid_to IS NULL
  LEFT JOIN listing l ON l.offer = o.id;

-- verify_order_keys() -> many MarketId
SELECT k.order_group AS id FROM order_key k LEFT JOIN order_group g ON g.id = k.order_group WHERE g.id IS NULL LIMIT 100;

-- product_offer_list(product Id) -> many ProductOfferRow
SELECT o.id AS offer, v.id AS variant, v.position, coalesce(v.sku, '') AS "sku Text", coalesce(t.pack, '') AS "pack Text",
       pr.amount AS price, s.on_hand
  FROM offer o JOIN variant v ON v.id = o.variant JOIN product p ON p.id = o.product
  JOIN price pr ON pr.offer = o.id AND pr.tag = '' AND pr.channel = '' AND pr.min_steps = 0 AND pr.valid_to IS NULL
  JOIN stock s ON s.variant = o.variant AND s.place = o.place AND s.lot IS NULL
  LEFT JOIN variant_text t ON t.variant = v.id AND t.lang = p.lang
 WHERE o.product = :product AND o.org = p.org AND v.state = 'live' ORDER BY v.position, o.id;

-- ---- what a person takes along ----

-- order_lines_by_buyer(buyer Id) -> each BoughtLine
SELECT g.id, g.code, g.placed_at, g.total, g.currency, g.payment, s.placement, l.title, l.pack, l.steps, l.sold_unit, l.sold_scale, l.amount
  FROM order_group g
  JOIN order_line l ON l.order_group = g.id
  JOIN seller_order s ON s.id = l.seller_order
 WHERE g.buyer = :buyer ORDER BY g.id, l.position;

-- part order_fees_insert_row
INSERT INTO order_fee (line, position, seller_order, rule, receiver, kind, label, payer, base, rate, amount, tax_ppm, tax)
SELECT CAST(j.value ->> 0 AS BIGINT), CAST(j.value ->> 1 AS BIGINT), CAST(j.value ->> 2 AS BIGINT), CAST(j.value ->> 3 AS BIGINT),
       CAST(j.value ->> 4 AS BIGINT), j.value ->> 5, j.value ->> 6, j.value ->> 7, j.value ->> 8, CAST(j.value ->> 9 AS BIGINT),
       CAST(j.value ->> 10 AS BIGINT), CAST(j.value ->> 11 AS BIGINT), CAST(j.value ->> 12 AS BIGINT)

-- order_fees_insert(packed Text) -> count
{order_fees_insert_row} FROM json_each(:packed) AS j;

-- order_fees_insert postgres
{order_fees_insert_row} FROM json_array_elements(CAST(:packed AS JSON)) AS j(value);

-- part order_charges_insert_row
INSERT INTO order_charge (id, seller_order, line, kind, label, receiver, amount, tax_ppm, tax)
SELECT CAST(j.value ->> 0 AS BIGINT), CAST(j.value ->> 1 AS BIGINT), NULL, j.value ->> 2, j.value ->> 3, CAST(j.value ->> 4 AS BIGINT),
       CAST(j.value ->> 5 AS BIGINT), CAST(j.value ->> 6 AS BIGINT), CAST(j.value ->> 7 AS BIGINT)

-- order_charges_insert(packed Text) -> count
{order_charges_insert_row} FROM json_each(:packed) AS j;

-- order_charges_insert postgres
{order_charges_insert_row} FROM json_array_elements(CAST(:packed AS JSON)) AS j(value);

-- order_discount_insert(charge Id, discount Id, base Text, rate Int, granted Money) -> done
INSERT INTO order_discount (charge, discount, base, rate, granted) VALUES (:charge, :discount, :base, :rate, :granted);

-- ---- what a part comes to, after it was placed ----

-- order_fee_list(order_group Id) -> many OrderFee
SELECT f.line, f.position, f.seller_order, f.rule, f.receiver, f.kind, f.label, f.payer, f.base, f.rate, f.amount, f.tax_ppm, f.tax
  FROM seller_order s JOIN order_fee f ON f.seller_order = s.id WHERE s.order_group = :order_group ORDER BY s.position, f.line, f.position;

-- order_fees_drop(seller_order Id) -> count
DELETE FROM order_fee WHERE seller_order = :seller_order;

-- order_charge_list(order_group Id) -> many OrderCharge
SELECT c.id, c.seller_order, c.kind, c.label, c.receiver, c.amount, c.tax_ppm, c.tax, d.discount, d.base, d.rate, d.granted
  FROM seller_order s JOIN order_charge c ON c.seller_order = s.id LEFT JOIN order_discount d ON d.charge = c.id
 WHERE s.order_group = :order_group ORDER BY s.position, c.id;

-- order_charge_put(id Id, amount Money, tax Money) -> count
UPDATE order_charge SET amount = :amount, tax = :tax WHERE id = :id;

-- order_line_put(id Id, was Int, steps Int, weighed Int?, amount Money, tax Money) -> count
UPDATE order_line SET steps = :steps, weighed_priced_steps = :weighed, amount = :amount, tax = :tax WHERE id = :id AND steps = :was;

-- seller_order_sums_put(id Id, was Money, goods Money, charges Money, now Time) -> count
UPDATE seller_order SET goods = :goods, charges = :charges, total = :goods + :charges, changed_at = :now WHERE id = :id AND total = :was;

-- order_change_insert(seller_order Id, order_group Id, line Id?, kind Text, before Money, after Money, steps_before Int, steps_after Int, reason Text, actor Id?, now Time) -> done
INSERT INTO order_change (seller_order, seq, order_group, line, kind, before, after, steps_before, steps_after, reason, actor, at)
VALUES (:seller_order, (SELECT coalesce(max(c.seq), 0) + 1 FROM order_change c WHERE c.seller_order = :seller_order), :order_group, :line, :kind,
        :before, :after, :steps_before, :steps_after, :reason, :actor, :now);

-- order_change_list(order_group Id) -> many OrderChange
SELECT seller_order, seq, line, kind, before, after, steps_before, steps_after, reason, at
  FROM order_change WHERE order_group = :order_group ORDER BY at, seller_order, seq LIMIT 500;

-- reservation_put(line Id, stock Id, steps Int) -> count
UPDATE reservation SET steps = :steps WHERE line = :line AND stock = :stock AND state = 'open';

-- reservation_drop(line Id, stock Id) -> count
DELETE FROM reservation WHERE line = :line AND stock = :stock AND state = 'open';

-- reservation_insert(line Id, stock Id, steps Int) -> done
INSERT INTO reservation (line, stock, steps, kind, state, expires_at) VALUES (:line, :stock, :steps, 'order', 'open', NULL);

-- order_part_by_id(id Id) -> maybe OrderPartRow
SELECT s.id, s.order_group, s.org, s.position, s.placement, s.goods, s.charges, s.total, k.state AS parcel_state, g.buyer, g.pickup, g.currency,
       g.payment, g.payment_method, g.total AS order_total, g.code
  FROM seller_order s JOIN parcel k ON k.seller_order = s.id JOIN order_group g ON g.id = s.order_group WHERE s.id = :id;

-- ---- refunds ----

-- refund_insert(id Id, order_group Id, seller_order Id, line Id, steps Int, amount Money, cause Text, reason Text, goods Text, now Time) -> done
INSERT INTO refund (id, order_group, seller_order, line, steps, amount, cause, reason, goods, state, changed_at, made_at)
VALUES (:id, :order_group, :seller_order, :line, :steps, :amount, :cause, :reason, :goods, 'requested', :now, :now);

-- part refund
SELECT id, order_group, seller_order, line, steps, amount, cause, reason, goods, state, changed_at, made_at FROM refund

-- refund_list(order_group Id, part Id) -> many Refund
{refund} WHERE order_group = :order_group AND (:part = 0 OR seller_order = :part) ORDER BY id LIMIT 200;

-- refund_by_id(id Id) -> maybe Refund
{refund} WHERE id = :id;

-- refund_state_put(id Id, was Text, now_is Text, goods Text, now Time) -> count
UPDATE refund SET state = :now_is, goods = :goods, changed_at = :now WHERE id = :id AND state = :was;

-- refund_event_insert(refund Id, from_state Text, to_state Text, verb Text, actor Id?, now Time) -> done
INSERT INTO refund_event (refund, seq, from_state, to_state, verb, actor, at)
VALUES (:refund, (SELECT coalesce(max(e.seq), 0) + 1 FROM refund_event e WHERE e.refund = :refund), :from_state, :to_state, :verb, :actor, :now);

-- refunds_open(org Id) -> many RefundRow
SELECT r.id, r.order_group, r.seller_order, r.line, r.steps, r.amount, r.cause, r.reason, r.goods, r.state, r.made_at, g.code, l.title,
       l.sold_unit, l.sold_scale
  FROM refund r JOIN seller_order s ON s.id = r.seller_order JOIN order_group g ON g.id = r.order_group JOIN order_line l ON l.id = r.line
 WHERE s.org = :org AND r.state IN ('requested', 'approved') ORDER BY r.id LIMIT 200;

-- weigh_lines(org Id, lang Text) -> many WeighLine
SELECT l.id, l.order_group, coalesce(t.name, l.title) AS "title Text", l.pack, l.sold_unit, l.sold_scale, l.priced_unit, l.priced_scale,
       l.nominal_priced_steps, l.tolerance_ppm, l.steps, l.weighed_priced_steps, l.amount, v.tare_steps, g.code, pr.org AS producer,
       coalesce(nullif(c.name, ''), p.name, '') AS "buyer_name Text"
  FROM seller_order s
  JOIN parcel k ON k.seller_order = s.id AND k.state = 'planned'
  JOIN order_line l ON l.order_group = s.order_group AND l.seller_order = s.id
  JOIN variant v ON v.id = l.variant
  JOIN product pr ON pr.id = l.product
  JOIN order_group g ON g.id = s.order_group
  LEFT JOIN product_text t ON t.product = l.product AND t.lang = :lang
  LEFT JOIN order_contact c ON c.order_group = g.id
  LEFT JOIN person p ON p.id = g.buyer
 WHERE s.org = :org AND s.placement IN ('placed', 'confirmed') AND l.steps > 0 AND l.nominal_priced_steps IS NOT NULL
 ORDER BY l.variant, s.id, l.position LIMIT 500;

-- order_list_missed(pickup Id, missed Bool, before Time, limit Int) -> many Missed
SELECT s.id, s.order_group, s.org, s.total, k.state AS parcel_state, k.changed_at, g.code, g.placed_at,
       coalesce(nullif(c.name, ''), p.name, '') AS "name Text", coalesce(nullif(c.phone, ''), p.phone, '') AS "phone Text"
  FROM parcel k
  JOIN seller_order s ON s.id = k.seller_order
  JOIN order_group g ON g.id = s.order_group
  LEFT JOIN order_contact c ON c.order_group = g.id
  LEFT JOIN person p ON p.id = g.buyer
 WHERE g.pickup = :pickup AND g.open = 1 AND s.placement IN ('placed', 'confirmed')
   AND ((:missed = 1 AND k.state = 'missed') OR (:missed = 0 AND k.state = 'packed' AND k.changed_at < :before))
 ORDER BY g.id, s.id LIMIT :limit;

-- delivery_zone_put(pickup Id, charge Money, per_kg Money, free_from Money?, min_goods Money, tax_ppm Int) -> done
INSERT INTO delivery_zone (pickup, charge, per_kg, free_from, min_goods, tax_ppm)
VALUES (:pickup, :charge, :per_kg, :free_from, :min_goods, :tax_ppm)
ON CONFLICT (pickup) DO UPDATE SET charge = excluded.charge, per_kg = excluded.per_kg, free_from = excluded.free_from,
  min_goods = excluded.min_goods, tax_ppm = excluded.tax_ppm;

-- delivery_zone_drop(pickup Id) -> count
DELETE FROM delivery_zone WHERE pickup = :pickup;

-- ---- what lies there: harvests, losses, moves ----

-- lot_insert(id Id, variant Id, code Text, harvested_on Date?, field Text, best_before Date?, grade Text, now Time) -> done
INSERT INTO lot (id, variant, code, harvested_on, field, best_before, grade, made_at)
VALUES (:id, :variant, :code, :harvested_on, :field, :best_before, :grade, :now);

-- lot_receipt_insert(lot Id, stock Id, seq Int, steps Int, now Time) -> done
INSERT INTO lot_receipt (lot, stock, seq, steps, at) VALUES (:lot, :stock, :seq, :steps, :now);

-- stock_note_insert(stock Id, seq Int, note Text) -> done
INSERT INTO stock_note (stock, seq, note) VALUES (:stock, :seq, :note);

-- stock_moves_of(stock Id, before Int, limit Int) -> many StockMoveRow
SELECT m.seq, m.kind, m.on_hand_change, m.reserved_change, m.at, coalesce(n.note, '') AS "note Text", l.harvested_on, l.best_before,
       coalesce(l.code, '') AS "lot_code Text", coalesce(l.field, '') AS "field Text", coalesce(l.grade, '') AS "grade Text"
  FROM stock_move m
  LEFT JOIN stock_note n ON n.stock = m.stock AND n.seq = m.seq
  LEFT JOIN lot_receipt r ON r.stock = m.stock AND r.seq = m.seq
  LEFT JOIN lot l ON l.id = r.lot
 WHERE m.stock = :stock AND m.seq < :before ORDER BY m.seq DESC LIMIT :limit;

-- lot_freshest(product Id) -> maybe Freshest
SELECT l.harvested_on, l.best_before, l.field FROM lot l JOIN variant v ON v.id = l.variant
 WHERE v.product = :product AND l.harvested_on IS NOT NULL ORDER BY l.harvested_on DESC, l.id DESC LIMIT 1;

-- local_unit_insert(id Id, slug Text, lang Text, name Text, unit Text, micro Int, priced Bool, position Int) -> done
INSERT INTO local_unit (id, slug, lang, name, unit, micro, priced, position) VALUES (:id, :slug, :lang, :name, :unit, :micro, :priced, :position);

-- local_unit_list(lang Text) -> many LocalUnit
SELECT id, slug, lang, name, unit, micro, priced FROM local_unit WHERE :lang = '' OR lang = :lang OR lang = '' ORDER BY position, id LIMIT 200;

-- orders_changed_for(buyer Id, since Time) -> one MarketCount
SELECT count(DISTINCT c.order_group) AS "total Int" FROM order_group g JOIN order_change c ON c.order_group = g.id
 WHERE g.buyer = :buyer AND g.open = 1 AND c.at > :since AND (c.actor IS NULL OR c.actor <> g.buyer);
