-- Everything insight asks the database.

-- ---- models ----

-- insight_model_add(id Id, kind Text, fitted_at Time, from_day Date, to_day Date, goods Int, people Int, parameters Text, measure Text, score Real?, plain_score Real?, sentence Text) -> done
INSERT INTO insight_model (id, kind, fitted_at, from_day, to_day, goods, people, parameters, measure, score, plain_score, sentence)
VALUES (:id, :kind, :fitted_at, :from_day, :to_day, :goods, :people, :parameters, :measure, :score, :plain_score, :sentence);

-- insight_model_newest(kind Text) -> maybe InsightModel
SELECT id, kind, fitted_at, from_day, to_day, goods, people, parameters, measure, score, plain_score, sentence
  FROM insight_model WHERE kind = :kind ORDER BY id DESC LIMIT 1;

-- insight_model_sweep(kind Text, before Time) -> count
DELETE FROM insight_model WHERE kind = :kind AND fitted_at < :before AND id NOT IN (SELECT model FROM forecast_offer);

-- ---- the past ----

-- insight_goods() -> many InsightGood
SELECT o.id AS offer, o.product, o.org, o.made_at, p.season_months, p.category, v.sold_unit, v.sold_scale, v.step,
       coalesce(f.miss, 0.2) AS "miss Real"
  FROM offer o
  JOIN product p ON p.id = o.product AND p.state = 'live'
  JOIN variant v ON v.id = o.variant AND v.state = 'live'
  LEFT JOIN forecast_offer f ON f.offer = o.id
 WHERE o.state <> 'closed' ORDER BY o.id LIMIT 20000;

-- insight_sales(since Time) -> each InsightSale
SELECT l.offer, l.product, l.order_group, g.placed_at, g.pickup, g.buyer, l.ordered_steps AS steps, l.price
  FROM order_group g
  JOIN order_line l ON l.order_group = g.id
  JOIN seller_order s ON s.id = l.seller_order AND s.placement <> 'cancelled' AND s.placement <> 'expired'
 WHERE g.placed_at >= :since ORDER BY g.id;

-- insight_shelf_moves() -> each InsightMove
SELECT o.id AS offer, m.at, m.on_hand_change, m.reserved_change
  FROM stock s
  JOIN offer o ON o.variant = s.variant AND o.place = s.place AND o.state <> 'closed'
  JOIN stock_move m ON m.stock = s.id
 WHERE s.oversell = 0 ORDER BY o.id, m.at, m.seq;

-- insight_unwilling() -> many InsightChoice
SELECT person, wanted, since FROM insight_choice;

-- ---- forecasts ----

-- forecast_offer_put(offer Id, model Id, demand Text, weeks Int, models Text, note Text, score Real?, plain_score Real?, chance Real, miss Real, reason Text, reason_value Int, past Text) -> done
INSERT INTO forecast_offer (offer, model, demand, weeks, models, note, score, plain_score, chance, miss, reason, reason_value, past)
VALUES (:offer, :model, :demand, :weeks, :models, :note, :score, :plain_score, :chance, :miss, :reason, :reason_value, :past)
ON CONFLICT (offer) DO UPDATE SET model = excluded.model, demand = excluded.demand, weeks = excluded.weeks, models = excluded.models,
  note = excluded.note, score = excluded.score, plain_score = excluded.plain_score, chance = excluded.chance, miss = excluded.miss,
  reason = excluded.reason, reason_value = excluded.reason_value, past = excluded.past;

-- forecast_week_put(offer Id, week Date, likely Int, low Int?, high Int?, now Time) -> done
INSERT INTO forecast_week (offer, week, likely, low, high, farmer, farmer_by, farmer_at, sold, made_at)
VALUES (:offer, :week, :likely, :low, :high, NULL, NULL, NULL, NULL, :now)
ON CONFLICT (offer, week) DO UPDATE SET likely = excluded.likely, low = excluded.low, high = excluded.high, made_at = excluded.made_at;

-- forecast_week_keep(offer Id, week Date, likely Int, low Int?, high Int?, now Time) -> done
INSERT INTO forecast_week (offer, week, likely, low, high, farmer, farmer_by, farmer_at, sold, made_at)
VALUES (:offer, :week, :likely, :low, :high, NULL, NULL, NULL, NULL, :now)
ON CONFLICT (offer, week) DO NOTHING;

-- forecast_week_over(before Date) -> many ForecastOver
SELECT w.offer, w.week, w.low, w.high, f.miss FROM forecast_week w JOIN forecast_offer f ON f.offer = w.offer
 WHERE w.sold IS NULL AND w.week < :before ORDER BY w.offer, w.week LIMIT 100000;

-- forecast_week_sold(offer Id, week Date, sold Int) -> count
UPDATE forecast_week SET sold = :sold WHERE offer = :offer AND week = :week AND sold IS NULL;

-- forecast_miss_put(offer Id, miss Real) -> count
UPDATE forecast_offer SET miss = :miss WHERE offer = :offer;

-- forecast_week_farmer(offer Id, week Date, farmer Int?, who Id?, now Time?) -> count
UPDATE forecast_week SET farmer = :farmer, farmer_by = :who, farmer_at = :now WHERE offer = :offer AND week = :week AND sold IS NULL;

-- forecast_weeks(offer Id, from_week Date, limit Int) -> many ForecastWeek
SELECT offer, week, likely, low, high, farmer, sold FROM forecast_week WHERE offer = :offer AND week >= :from_week ORDER BY week LIMIT :limit;

-- forecast_weeks_of_org(org Id, from_week Date, until_week Date) -> many ForecastWeek
SELECT w.offer, w.week, w.likely, w.low, w.high, w.farmer, w.sold FROM forecast_week w JOIN offer o ON o.id = w.offer
 WHERE (:org = 0 OR o.org = :org) AND w.week >= :from_week AND w.week < :until_week ORDER BY w.offer, w.week LIMIT 20000;

-- forecast_score(offer Id, from_week Date) -> one ForecastScore
SELECT count(*) AS "weeks Int", coalesce(sum(sold), 0) AS "sold Int", coalesce(sum(abs(likely - sold)), 0) AS "missed Int",
       coalesce(sum(CASE WHEN low IS NOT NULL AND sold BETWEEN low AND high THEN 1 ELSE 0 END), 0) AS "inside Int",
       coalesce(sum(CASE WHEN low IS NOT NULL THEN 1 ELSE 0 END), 0) AS "ranges Int",
       count(farmer) AS "said Int", coalesce(sum(CASE WHEN farmer IS NOT NULL THEN abs(farmer - sold) ELSE 0 END), 0) AS "farmer_missed Int",
       coalesce(sum(CASE WHEN farmer IS NOT NULL THEN abs(likely - sold) ELSE 0 END), 0) AS "ours_there Int",
       coalesce(sum(CASE WHEN farmer IS NOT NULL THEN sold ELSE 0 END), 0) AS "sold_there Int"
  FROM forecast_week WHERE offer = :offer AND week >= :from_week AND sold IS NOT NULL;

-- part forecast_good
SELECT o.id AS offer, o.product, o.org, coalesce(t.name, d.name) AS "title Text", coalesce(vt.pack, vd.pack, '') AS "pack Text",
       coalesce(n.name, g.name) AS "farm Text", v.sold_unit, v.sold_scale, v.step, p.keeps_days, p.season_months,
       (SELECT coalesce(sum(s.on_hand - s.reserved), 0) FROM stock s WHERE s.variant = o.variant AND s.place = o.place) AS "free Int",
       (SELECT coalesce(max(CASE WHEN s.oversell = 1 THEN 1 ELSE 0 END), 0) FROM stock s WHERE s.variant = o.variant AND s.place = o.place) AS "oversell Bool",
       f.demand, f.weeks, f.models, f.note, f.score, f.plain_score, f.chance, f.reason, f.reason_value, f.past
  FROM offer o
  JOIN forecast_offer f ON f.offer = o.id
  JOIN product p ON p.id = o.product AND p.state = 'live'
  JOIN variant v ON v.id = o.variant AND v.state = 'live'
  JOIN org g ON g.id = o.org
  JOIN product_text d ON d.product = o.product AND d.lang = p.lang
  LEFT JOIN product_text t ON t.product = o.product AND t.lang = :lang
  LEFT JOIN variant_text vd ON vd.variant = o.variant AND vd.lang = p.lang
  LEFT JOIN variant_text vt ON vt.variant = o.variant AND vt.lang = :lang
  LEFT JOIN producer_text n ON n.org = o.org AND n.lang = :lang

-- forecast_goods(org Id, lang Text) -> many ForecastGood
{forecast_good} WHERE (:org = 0 OR o.org = :org) AND o.state <> 'closed' ORDER BY o.org, o.id LIMIT 2000;

-- forecast_good(offer Id, lang Text) -> maybe ForecastGood
{forecast_good} WHERE o.id = :offer;

-- forecast_shops(lang Text) -> many ForecastShop
SELECT g.id AS org, coalesce(n.name, g.name) AS "name Text"
  FROM org g LEFT JOIN producer_text n ON n.org = g.id AND n.lang = :lang
 WHERE EXISTS (SELECT 1 FROM offer o JOIN forecast_offer f ON f.offer = o.id WHERE o.org = g.id) ORDER BY 2, 1 LIMIT 500;

-- insight_sold_since(org Id, since Time) -> many InsightSold
SELECT l.offer, sum(l.ordered_steps) AS "steps Int"
  FROM order_group g
  JOIN order_line l ON l.order_group = g.id
  JOIN seller_order s ON s.id = l.seller_order AND s.placement <> 'cancelled' AND s.placement <> 'expired'
 WHERE g.placed_at >= :since AND (:org = 0 OR s.org = :org) GROUP BY l.offer;

-- forecast_audit(offer Id) -> maybe ForecastOrg
SELECT org FROM offer WHERE id = :offer;

-- ---- goods ----

-- insight_products() -> many InsightProduct
SELECT p.id, p.org, p.category, p.season_months FROM product p
 WHERE p.state = 'live' AND EXISTS (SELECT 1 FROM listing l WHERE l.product = p.id) ORDER BY p.id LIMIT 20000;

-- goods_bond_add(product Id, other Id, weight Real, together Int) -> done
INSERT INTO goods_bond (product, other, weight, together) VALUES (:product, :other, :weight, :together);

-- goods_bond_clear() -> count
DELETE FROM goods_bond;

-- goods_again_put(product Id, log_days Real, spread Real, gaps Int) -> done
INSERT INTO goods_again (product, log_days, spread, gaps) VALUES (:product, :log_days, :spread, :gaps);

-- goods_again_clear() -> count
DELETE FROM goods_again;

-- goods_near_add(pickup Id, product Id, score Real, orders Int) -> done
INSERT INTO goods_near (pickup, product, score, orders) VALUES (:pickup, :product, :score, :orders);

-- goods_near_clear() -> count
DELETE FROM goods_near;

-- goods_lift_add(org Id, lift Real, share_before Real, share_after Real) -> done
INSERT INTO goods_lift (org, lift, share_before, share_after) VALUES (:org, :lift, :share_before, :share_after);

-- goods_lift_clear() -> count
DELETE FROM goods_lift;

-- goods_beside(product Id, limit Int) -> many GoodsBeside
SELECT b.other AS product, b.together FROM goods_bond b
 WHERE b.product = :product AND b.together > 0 AND b.weight > 0 AND EXISTS (SELECT 1 FROM listing l WHERE l.product = b.other)
 ORDER BY b.weight DESC, b.other LIMIT :limit;

-- goods_taken_read() -> maybe GoodsTaken
SELECT newest FROM goods_taken WHERE one = 1;

-- order_newest() -> one OrderNewest
SELECT coalesce((SELECT id FROM order_group ORDER BY id DESC LIMIT 1), 0) AS "newest Id";

-- goods_taken_write(newest Id) -> done
INSERT INTO goods_taken (one, newest) VALUES (1, :newest) ON CONFLICT (one) DO UPDATE SET newest = excluded.newest;

-- goods_near_take(after Id, newest Id) -> count
INSERT INTO goods_near (pickup, product, score, orders)
SELECT g.pickup, l.product, 1.0 * count(DISTINCT g.id), count(DISTINCT g.id) FROM order_group g JOIN order_line l ON l.order_group = g.id
 WHERE g.id > :after AND g.id <= :newest AND NOT EXISTS (SELECT 1 FROM insight_choice c WHERE c.person = g.buyer AND c.wanted = 0)
 GROUP BY g.pickup, l.product
ON CONFLICT (pickup, product) DO UPDATE SET score = goods_near.score + excluded.score, orders = goods_near.orders + excluded.orders;

-- goods_bond_take(after Id, newest Id) -> count
UPDATE goods_bond SET together = goods_bond.together + n.times
  FROM (SELECT a.product, b.product AS other, count(DISTINCT a.order_group) AS times
          FROM order_line a JOIN order_line b ON b.order_group = a.order_group AND b.product <> a.product JOIN order_group g ON g.id = a.order_group
         WHERE a.order_group > :after AND a.order_group <= :newest
           AND NOT EXISTS (SELECT 1 FROM insight_choice c WHERE c.person = g.buyer AND c.wanted = 0)
         GROUP BY a.product, b.product) n
 WHERE goods_bond.product = n.product AND goods_bond.other = n.other;

-- session_lines(limit Int) -> many SessionLine
SELECT l.order_group, l.product
  FROM (SELECT id FROM order_group g
         WHERE NOT EXISTS (SELECT 1 FROM insight_choice c WHERE c.person = g.buyer AND (c.wanted = 0 OR g.placed_at < c.since))
         ORDER BY id DESC LIMIT :limit) newest
  JOIN order_line l ON l.order_group = newest.id
 ORDER BY l.order_group, l.position;

-- goods_lifts(lang Text) -> many FarmShown
SELECT g.id AS org, coalesce(n.name, g.name) AS "name Text", f.lift, f.share_before, f.share_after,
       (SELECT count(DISTINCT l.product) FROM listing l JOIN product p ON p.id = l.product WHERE p.org = g.id) AS "goods Int"
  FROM goods_lift f JOIN org g ON g.id = f.org LEFT JOIN producer_text n ON n.org = g.id AND n.lang = :lang
 ORDER BY f.share_after DESC, g.id;

-- person_goods(person Id, since Time) -> many PersonGood
SELECT l.product, count(DISTINCT g.id) AS "times Int", max(g.placed_at) AS "last_at Time"
  FROM order_group g
  JOIN order_line l ON l.order_group = g.id
  JOIN seller_order s ON s.id = l.seller_order AND s.placement <> 'cancelled' AND s.placement <> 'expired'
 WHERE g.buyer = :person AND g.placed_at >= :since GROUP BY l.product ORDER BY 3 DESC LIMIT 500;

-- person_bonds(person Id, since Time) -> many PersonBond
SELECT b.product, b.other, b.weight, coalesce(f.lift, 1.0) AS "lift Real"
  FROM (SELECT DISTINCT l.product FROM order_group g
          JOIN order_line l ON l.order_group = g.id
          JOIN seller_order s ON s.id = l.seller_order AND s.placement <> 'cancelled' AND s.placement <> 'expired'
         WHERE g.buyer = :person AND g.placed_at >= :since) mine
  JOIN goods_bond b ON b.product = mine.product
  JOIN product p ON p.id = b.other
  LEFT JOIN goods_lift f ON f.org = p.org
 ORDER BY b.other, b.product LIMIT 100000;

-- person_again(person Id, since Time) -> many PersonAgain
SELECT a.product, a.log_days, a.spread, a.gaps FROM goods_again a
 WHERE a.product IN (SELECT l.product FROM order_group g JOIN order_line l ON l.order_group = g.id
                      WHERE g.buyer = :person AND g.placed_at >= :since);

-- person_pickup(person Id) -> maybe PersonPickup
SELECT pickup FROM order_group WHERE buyer = :person ORDER BY id DESC LIMIT 1;

-- goods_near_list(pickup Id, limit Int) -> many GoodsNear
SELECT n.product, sum(n.orders) AS "orders Int", sum(n.score) AS "score Real"
  FROM goods_near n
 WHERE (:pickup = 0 OR n.pickup = :pickup) AND EXISTS (SELECT 1 FROM listing l WHERE l.product = n.product)
 GROUP BY n.product ORDER BY 3 DESC, 1 LIMIT :limit;

-- insight_pickup_name(pickup Id, lang Text) -> maybe InsightText
SELECT coalesce(t.name, d.name) AS "words Text" FROM pickup p
  JOIN pickup_text d ON d.pickup = p.id AND d.lang = p.lang
  LEFT JOIN pickup_text t ON t.pickup = p.id AND t.lang = :lang
 WHERE p.id = :pickup;

-- insight_card(product Id, lang Text) -> many InsightCard
SELECT l.offer, l.product, coalesce(t.title, l.title) AS "title Text", coalesce(t.pack, l.pack) AS "pack Text",
       coalesce(t.producer_name, l.producer_name) AS "producer_name Text", l.price, l.priced_unit, l.photo, l.season_months,
       (SELECT coalesce(sum(CASE WHEN s.oversell = 1 THEN 1000000000 ELSE s.on_hand - s.reserved END), 0)
          FROM stock s WHERE s.variant = l.variant AND s.place = l.place) AS "free Int"
  FROM listing l
  LEFT JOIN listing_text t ON t.offer = l.offer AND t.lang = :lang
 WHERE l.product = :product ORDER BY l.offer LIMIT 1;

-- insight_product_name(product Id, lang Text) -> maybe InsightText
SELECT coalesce(t.name, d.name) AS "words Text" FROM product p
  JOIN product_text d ON d.product = p.id AND d.lang = p.lang
  LEFT JOIN product_text t ON t.product = p.id AND t.lang = :lang
 WHERE p.id = :product;

-- ---- what a member wants ----

-- insight_choice_of(person Id) -> maybe InsightChoice
SELECT person, wanted, since FROM insight_choice WHERE person = :person;

-- insight_choice_put(person Id, wanted Bool, since Time?, now Time) -> done
INSERT INTO insight_choice (person, wanted, since, changed_at) VALUES (:person, :wanted, :since, :now)
ON CONFLICT (person) DO UPDATE SET wanted = excluded.wanted, since = excluded.since, changed_at = excluded.changed_at;

-- insight_choice_drop(person Id) -> count
DELETE FROM insight_choice WHERE person = :person;

-- ---- what `millet verify` asks ----

-- insight_verify_weeks() -> each ForecastWeekCheck
SELECT w.offer, w.week, w.likely, w.low, w.high, w.farmer, w.farmer_by, w.sold,
       (SELECT count(*) FROM forecast_offer f WHERE f.offer = w.offer) AS "offers Int"
  FROM forecast_week w;
