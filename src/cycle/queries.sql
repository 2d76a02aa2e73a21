-- Everything the cycles ask the database.

-- ---- permissions and certificates ----

-- party_grant_insert(id Id, from_org Id, to_org Id, permission Text, offered_by Id?, now Time) -> done
INSERT INTO party_grant (id, from_org, to_org, permission, state, offered_by, offered_at)
VALUES (:id, :from_org, :to_org, :permission, 'offered', :offered_by, :now);

-- party_grant_by_id(id Id) -> maybe PartyGrant
SELECT g.id, g.from_org, g.to_org, g.permission, g.state, g.offered_at, g.answered_at, g.ended_at, f.name AS from_name, t.name AS to_name
  FROM party_grant g JOIN org f ON f.id = g.from_org JOIN org t ON t.id = g.to_org WHERE g.id = :id;

-- party_grant_now(from_org Id, to_org Id, permission Text) -> maybe PartyGrant
SELECT g.id, g.from_org, g.to_org, g.permission, g.state, g.offered_at, g.answered_at, g.ended_at, f.name AS from_name, t.name AS to_name
  FROM party_grant g JOIN org f ON f.id = g.from_org JOIN org t ON t.id = g.to_org
 WHERE g.from_org = :from_org AND g.to_org = :to_org AND g.permission = :permission AND g.state IN ('offered', 'accepted');

-- party_grant_givers(to_org Id, permission Text) -> many CycleId
SELECT from_org AS "id Id" FROM party_grant WHERE to_org = :to_org AND permission = :permission AND state = 'accepted' ORDER BY from_org LIMIT 200;

-- party_buyers_hidden(seller Id, order_group Id) -> many HiddenRow
SELECT co.order_group, c.org AS hub,
       CASE WHEN EXISTS (SELECT 1 FROM party_grant a WHERE a.from_org = c.org AND a.to_org = s.org AND a.permission = 'see_customer_name'
                            AND a.state = 'accepted') THEN 0 ELSE 1 END AS "name Bool",
       CASE WHEN EXISTS (SELECT 1 FROM party_grant a WHERE a.from_org = c.org AND a.to_org = s.org AND a.permission = 'see_customer_phone'
                            AND a.state = 'accepted') THEN 0 ELSE 1 END AS "phone Bool"
  FROM seller_order s
  JOIN order_group g ON g.id = s.order_group
  JOIN cycle_order co ON co.order_group = s.order_group
  JOIN cycle c ON c.id = co.cycle AND c.org <> s.org
 WHERE s.org = :seller AND ((:order_group = 0 AND g.open = 1) OR g.id = :order_group) LIMIT 5000;

-- certificate_valid(org Id, product Id, day Date) -> many Certificate
SELECT id, org, product, scheme, number, valid_from, valid_until, withdrawn_at FROM certificate
 WHERE org = :org AND withdrawn_at IS NULL AND valid_from <= :day AND valid_until >= :day AND (product IS NULL OR product = :product)
 ORDER BY scheme, id LIMIT 20;

-- party_grant_list(org Id) -> many PartyGrant
SELECT g.id, g.from_org, g.to_org, g.permission, g.state, g.offered_at, g.answered_at, g.ended_at, f.name AS from_name, t.name AS to_name
  FROM party_grant g JOIN org f ON f.id = g.from_org JOIN org t ON t.id = g.to_org
 WHERE (g.from_org = :org OR g.to_org = :org) AND g.state IN ('offered', 'accepted')
 ORDER BY g.from_org, g.to_org, g.permission LIMIT 500;

-- party_grant_put(id Id, was Text, state Text, now Time) -> count
UPDATE party_grant SET state = :state,
       answered_at = CASE WHEN :state = 'ended' THEN answered_at ELSE :now END,
       ended_at = CASE WHEN :state = 'ended' THEN :now ELSE ended_at END
 WHERE id = :id AND state = :was;

-- party_org_choices(besides Id) -> many OrgChoice
SELECT id, name, kind, place FROM org WHERE id <> :besides AND open = 1 ORDER BY name, id LIMIT 200;

-- party_org_by_id(id Id) -> maybe OrgChoice
SELECT id, name, kind, place FROM org WHERE id = :id;

-- party_offers_of(seller Id, producer Id) -> many CycleId
SELECT o.id FROM offer o JOIN product p ON p.id = o.product
 WHERE o.org = :seller AND p.org = :producer AND o.state <> 'closed' ORDER BY o.id;

-- certificate_insert(id Id, org Id, product Id?, scheme Text, number Text, valid_from Date, valid_until Date, now Time) -> done
INSERT INTO certificate (id, org, product, scheme, number, valid_from, valid_until, made_at)
VALUES (:id, :org, :product, :scheme, :number, :valid_from, :valid_until, :now);

-- certificate_withdraw(id Id, org Id, now Time) -> count
UPDATE certificate SET withdrawn_at = :now WHERE id = :id AND org = :org AND withdrawn_at IS NULL;

-- certificate_list(org Id) -> many Certificate
SELECT id, org, product, scheme, number, valid_from, valid_until, withdrawn_at FROM certificate
 WHERE org = :org AND withdrawn_at IS NULL ORDER BY valid_until DESC, id LIMIT 100;

-- certificate_list_ending(org Id, from_day Date, until_day Date) -> many Certificate
SELECT id, org, product, scheme, number, valid_from, valid_until, withdrawn_at FROM certificate
 WHERE org = :org AND withdrawn_at IS NULL AND valid_until BETWEEN :from_day AND :until_day ORDER BY valid_until, id LIMIT 100;

-- ---- cycles ----

-- cycle_insert(id Id, org Id, series Id?, day Date, name Text, note Text, opens_at Time, closes_at Time, grace_minutes Int, everything Bool, sold_only Bool, max_orders Int?, max_turnover Money?, close_full Bool, now Time) -> done
INSERT INTO cycle (id, org, series, day, name, note, state, opens_at, closes_at, grace_minutes, everything, sold_only, max_orders,
                   max_turnover, close_full, orders, turnover, made_at, changed_at)
VALUES (:id, :org, :series, :day, :name, :note, 'draft', :opens_at, :closes_at, :grace_minutes, :everything, :sold_only, :max_orders,
        :max_turnover, :close_full, 0, 0, :now, :now);

-- cycle_by_id(id Id) -> maybe Cycle
SELECT id, org, series, day, name, note, state, opens_at, closes_at, grace_minutes, closing_at, everything, sold_only, max_orders,
       max_turnover, close_full, orders, turnover FROM cycle WHERE id = :id;

-- cycle_list_by_org(org Id, before Id, limit Int) -> many Cycle
SELECT id, org, series, day, name, note, state, opens_at, closes_at, grace_minutes, closing_at, everything, sold_only, max_orders,
       max_turnover, close_full, orders, turnover FROM cycle WHERE org = :org AND id < :before ORDER BY id DESC LIMIT :limit;

-- cycle_list_public(limit Int) -> many Cycle
SELECT id, org, series, day, name, note, state, opens_at, closes_at, grace_minutes, closing_at, everything, sold_only, max_orders,
       max_turnover, close_full, orders, turnover FROM cycle WHERE state IN ('scheduled', 'open', 'closing')
 ORDER BY closes_at, id LIMIT :limit;

-- cycle_list_due(now Time, limit Int) -> many CycleId
SELECT id FROM cycle
 WHERE (state = 'scheduled' AND opens_at <= :now) OR (state = 'open' AND closes_at <= :now)
    OR (state = 'closing' AND closing_at + grace_minutes * 60000 <= :now)
 ORDER BY id LIMIT :limit;

-- cycle_edit(id Id, day Date, name Text, note Text, opens_at Time, closes_at Time, grace_minutes Int, max_orders Int?, max_turnover Money?, close_full Bool, now Time) -> count
UPDATE cycle SET day = :day, name = :name, note = :note, opens_at = :opens_at, closes_at = :closes_at, grace_minutes = :grace_minutes,
       max_orders = :max_orders, max_turnover = :max_turnover, close_full = :close_full, changed_at = :now WHERE id = :id;

-- cycle_state_put(id Id, was Text, state Text, closing_at Time?, now Time) -> count
UPDATE cycle SET state = :state, closing_at = :closing_at, changed_at = :now WHERE id = :id AND state = :was;

-- cycle_event_insert(cycle Id, verb Text, from_state Text, to_state Text, actor Id?, now Time) -> done
INSERT INTO cycle_event (cycle, seq, verb, from_state, to_state, actor, at)
SELECT :cycle, 1 + coalesce(max(e.seq), 0), :verb, :from_state, :to_state, :actor, :now FROM cycle_event e WHERE e.cycle = :cycle;

-- cycle_events(cycle Id) -> many CycleEvent
SELECT seq, verb, from_state, to_state, at FROM cycle_event WHERE cycle = :cycle ORDER BY seq;

-- cycle_offer_insert(cycle Id, position Int, offer Id) -> done
INSERT INTO cycle_offer (cycle, position, offer) VALUES (:cycle, :position, :offer);

-- cycle_offer_copy(from_cycle Id, to_cycle Id) -> count
INSERT INTO cycle_offer (cycle, position, offer)
SELECT :to_cycle, co.position, co.offer FROM cycle_offer co JOIN offer o ON o.id = co.offer
 WHERE co.cycle = :from_cycle AND o.state <> 'closed';

-- cycle_offer_drop(cycle Id, offer Id) -> count
DELETE FROM cycle_offer WHERE cycle = :cycle AND offer = :offer;

-- cycle_offer_last(cycle Id) -> one CycleNumber
SELECT coalesce(max(position), 0) AS "number Int" FROM cycle_offer WHERE cycle = :cycle;

-- cycle_offer_count(cycle Id) -> one CycleNumber
SELECT count(*) AS "number Int" FROM cycle_offer WHERE cycle = :cycle;

-- cycle_offer_has(cycle Id, offer Id) -> maybe CycleId
SELECT co.offer AS "id Id" FROM cycle_offer co WHERE co.cycle = :cycle AND co.offer = :offer;

-- cycle_offer_of(offer Id) -> maybe CycleGood
SELECT o.id, o.org, o.product, o.variant, p.org AS producer, v.sold_unit, v.sold_scale, v.step, v.min_steps
  FROM offer o JOIN product p ON p.id = o.product JOIN variant v ON v.id = o.variant WHERE o.id = :offer;

-- cycle_producers(cycle Id) -> many CycleId
SELECT DISTINCT p.org AS "id Id" FROM cycle_offer co JOIN offer o ON o.id = co.offer JOIN product p ON p.id = o.product
 WHERE co.cycle = :cycle ORDER BY 1;

-- cycle_page(cycle Id, lang Text, after Int, limit Int) -> many CycleCard
SELECT co.position, l.offer, l.product, coalesce(t.title, l.title) AS "title Text", coalesce(t.pack, l.pack) AS "pack Text",
       coalesce(t.producer_name, l.producer_name) AS "producer_name Text", l.price, l.sold_unit, l.sold_scale, l.priced_unit, l.photo,
       l.step, l.min_steps, s.on_hand, s.reserved, s.oversell
  FROM cycle_offer co
  JOIN listing l ON l.offer = co.offer
  LEFT JOIN listing_text t ON t.offer = l.offer AND t.lang = :lang
  JOIN stock s ON s.variant = l.variant AND s.place = l.place AND s.lot IS NULL
 WHERE co.cycle = :cycle AND co.position > :after ORDER BY co.position LIMIT :limit;

-- cycle_offer_choices(org Id, lang Text, after Id, limit Int) -> many OfferChoice
SELECT o.id, o.org, coalesce(t.name, d.name) AS "title Text", g.name AS seller, pr.amount AS price, v.priced_unit
  FROM offer o
  JOIN product p ON p.id = o.product AND p.state = 'live'
  JOIN variant v ON v.id = o.variant
  JOIN product_text d ON d.product = p.id AND d.lang = p.lang
  LEFT JOIN product_text t ON t.product = p.id AND t.lang = :lang
  JOIN org g ON g.id = p.org
  JOIN price pr ON pr.offer = o.id AND pr.tag = '' AND pr.channel = '' AND pr.min_steps = 0 AND pr.valid_to IS NULL
 WHERE o.state <> 'closed' AND o.id > :after
   AND (o.org = :org OR EXISTS (SELECT 1 FROM party_grant a WHERE a.from_org = o.org AND a.to_org = :org
                                   AND a.permission = 'list_my_goods' AND a.state = 'accepted'))
 ORDER BY o.id LIMIT :limit;

-- cycle_only_put(cycle Id, now Time) -> count
INSERT INTO cycle_only (offer, since) SELECT co.offer, :now FROM cycle_offer co WHERE co.cycle = :cycle
ON CONFLICT (offer) DO NOTHING;

-- cycle_only_drop_all(org Id) -> count
DELETE FROM cycle_only WHERE offer IN (SELECT co.offer FROM cycle_offer co JOIN cycle c ON c.id = co.cycle WHERE c.org = :org);

-- cycle_only_is(offer Id) -> maybe CycleId
SELECT offer AS "id Id" FROM cycle_only WHERE offer = :offer;

-- cycle_leg_insert(id Id, cycle Id, direction Text, org Id?, pickup Id?, due_at Time?, note Text) -> done
INSERT INTO cycle_leg (id, cycle, direction, org, pickup, due_at, note) VALUES (:id, :cycle, :direction, :org, :pickup, :due_at, :note);

-- cycle_leg_copy_due(cycle Id, from_cycle Id, shift_ms Int) -> count
UPDATE cycle_leg SET note = (SELECT t.note FROM cycle_leg t WHERE t.cycle = :from_cycle AND t.org = cycle_leg.org),
       due_at = (SELECT t.due_at + :shift_ms FROM cycle_leg t WHERE t.cycle = :from_cycle AND t.org = cycle_leg.org)
 WHERE cycle = :cycle AND EXISTS (SELECT 1 FROM cycle_leg t WHERE t.cycle = :from_cycle AND t.org = cycle_leg.org);

-- cycle_leg_put(cycle Id, org Id, due_at Time?, note Text) -> count
UPDATE cycle_leg SET due_at = :due_at, note = :note WHERE cycle = :cycle AND org = :org;

-- cycle_leg_list(cycle Id) -> many CycleLeg
SELECT l.id, l.direction, l.org, l.pickup, l.due_at, l.note, coalesce(g.name, '') AS "org_name Text"
  FROM cycle_leg l LEFT JOIN org g ON g.id = l.org WHERE l.cycle = :cycle ORDER BY l.direction, l.id;

-- ---- slots ----

-- cycle_slot_insert(id Id, cycle Id, pickup Id, from_at Time, until_at Time, capacity Int) -> done
INSERT INTO cycle_slot (id, cycle, pickup, from_at, until_at, capacity, taken)
VALUES (:id, :cycle, :pickup, :from_at, :until_at, :capacity, 0);

-- cycle_slot_by_id(id Id) -> maybe CycleSlot
SELECT s.id, s.cycle, s.pickup, s.from_at, s.until_at, s.capacity, s.taken FROM cycle_slot s WHERE s.id = :id;

-- cycle_slot_list(cycle Id) -> many CycleSlot
SELECT s.id, s.cycle, s.pickup, s.from_at, s.until_at, s.capacity, s.taken FROM cycle_slot s WHERE s.cycle = :cycle
 ORDER BY s.from_at, s.id;

-- cycle_slot_take(id Id, cycle Id, pickup Id) -> count
UPDATE cycle_slot SET taken = taken + 1 WHERE id = :id AND cycle = :cycle AND pickup = :pickup AND taken < capacity;

-- cycle_slot_again(id Id) -> count
UPDATE cycle_slot SET taken = taken + 1 WHERE id = :id AND taken < capacity;

-- cycle_slot_give(id Id) -> count
UPDATE cycle_slot SET taken = taken - 1 WHERE id = :id AND taken > 0;

-- cycle_slot_capacity_put(id Id, cycle Id, capacity Int) -> count
UPDATE cycle_slot SET capacity = :capacity WHERE id = :id AND cycle = :cycle AND taken <= :capacity;

-- cycle_slot_drop(id Id, cycle Id) -> count
DELETE FROM cycle_slot WHERE id = :id AND cycle = :cycle AND taken = 0
   AND NOT EXISTS (SELECT 1 FROM cycle_order o WHERE o.slot = cycle_slot.id);

-- cycle_places(cycle Id) -> one CyclePlaces
SELECT count(*) AS "slots Int", coalesce(sum(capacity - taken), 0) AS "free Int" FROM cycle_slot WHERE cycle = :cycle;

-- cycle_look(cycle Id, slot Id) -> maybe CycleLook
SELECT c.id, c.name, c.state, c.opens_at, c.closes_at, c.grace_minutes, c.closing_at, s.id AS slot, s.pickup, s.capacity, s.taken
  FROM cycle c LEFT JOIN cycle_slot s ON s.id = :slot AND s.cycle = c.id
 WHERE (:cycle <> 0 AND c.id = :cycle) OR (:cycle = 0 AND c.id = (SELECT t.cycle FROM cycle_slot t WHERE t.id = :slot));

-- ---- orders in cycles ----

-- cycle_take(id Id, order_group Id, amount Money, passed Bool, now Time) -> maybe CycleTaken
UPDATE cycle SET orders = orders + 1, turnover = turnover + :amount
 WHERE id = :id
   AND ((state = 'open' AND closes_at > :now AND (max_orders IS NULL OR orders < max_orders) AND (max_turnover IS NULL OR turnover < max_turnover))
        OR (:passed = 1 AND state IN ('open', 'closing')))
   AND (everything = 1 OR NOT EXISTS (SELECT 1 FROM order_line l LEFT JOIN cycle_offer co ON co.cycle = cycle.id AND co.offer = l.offer
                                       WHERE l.order_group = :order_group AND co.offer IS NULL))
RETURNING orders, turnover, state, max_orders, max_turnover, close_full;

-- cycle_count_add(id Id, orders Int, amount Money) -> count
UPDATE cycle SET orders = orders + :orders, turnover = turnover + :amount WHERE id = :id;

-- cycle_order_insert(order_group Id, cycle Id, slot Id?, amount Money, now Time) -> done
INSERT INTO cycle_order (order_group, cycle, slot, held, amount, at) VALUES (:order_group, :cycle, :slot, 1, :amount, :now);

-- cycle_order_by_part(part Id) -> maybe CycleOrder
SELECT co.order_group, co.cycle, co.slot, co.held, co.amount FROM seller_order o JOIN cycle_order co ON co.order_group = o.order_group
 WHERE o.id = :part;

-- cycle_order_by_group(order_group Id) -> maybe CycleOrder
SELECT co.order_group, co.cycle, co.slot, co.held, co.amount FROM cycle_order co WHERE co.order_group = :order_group;

-- cycle_order_put(order_group Id, held Bool, amount Money) -> count
UPDATE cycle_order SET held = :held, amount = :amount WHERE order_group = :order_group;

-- cycle_order_worth(order_group Id) -> one CycleWorth
SELECT count(*) AS "parts Int", coalesce(sum(total), 0) AS "total Money" FROM seller_order
 WHERE order_group = :order_group AND placement NOT IN ('cancelled', 'expired');

-- cycle_orders_open(cycle Id) -> many CycleId
SELECT co.order_group AS "id Id" FROM cycle_order co JOIN order_group g ON g.id = co.order_group
 WHERE co.cycle = :cycle AND g.open = 1 ORDER BY co.order_group;

-- cycle_order_only(order_group Id) -> maybe CycleId
SELECT min(l.offer) AS "id Id" FROM order_line l JOIN cycle_only k ON k.offer = l.offer WHERE l.order_group = :order_group
HAVING count(*) > 0;

-- cycle_order_outside(order_group Id, cycle Id) -> maybe CycleOutside
SELECT l.position, l.title FROM order_line l
 WHERE l.order_group = :order_group
   AND NOT EXISTS (SELECT 1 FROM cycle_offer co WHERE co.cycle = :cycle AND co.offer = l.offer)
 ORDER BY l.position LIMIT 1;

-- cycle_lines_of_orders(cycle Id, lang Text) -> many CycleLine
SELECT l.order_group, l.seller_order, p.org AS producer, l.variant, l.product, coalesce(t.name, d.name) AS "title Text",
       coalesce(vt.pack, l.pack) AS "pack Text", l.sold_unit, l.sold_scale, l.steps, l.amount, pa.state AS parcel_state
  FROM cycle_order co
  JOIN order_line l ON l.order_group = co.order_group
  JOIN seller_order s ON s.id = l.seller_order AND s.placement NOT IN ('cancelled', 'expired')
  JOIN parcel pa ON pa.id = l.seller_order
  JOIN product p ON p.id = l.product
  JOIN product_text d ON d.product = p.id AND d.lang = p.lang
  LEFT JOIN product_text t ON t.product = p.id AND t.lang = :lang
  LEFT JOIN variant_text vt ON vt.variant = l.variant AND vt.lang = :lang
 WHERE co.cycle = :cycle AND co.held = 1 AND l.steps > 0
 ORDER BY p.org, l.variant, l.order_group LIMIT 100000;

-- cycle_coming(cycle Id) -> many CycleComing
SELECT co.order_group AS "id Id", g.code, g.total, g.open, co.slot, g.pickup,
       coalesce(nullif(c.name, ''), pe.name, '') AS "name Text", coalesce(c.phone, '') AS "phone Text",
       (SELECT count(*) FROM parcel pa WHERE pa.order_group = co.order_group AND pa.state NOT IN ('cancelled')) AS "parcels Int",
       (SELECT count(*) FROM parcel pa WHERE pa.order_group = co.order_group AND pa.state IN ('packed', 'collected')) AS "packed Int",
       (SELECT count(*) FROM parcel pa WHERE pa.order_group = co.order_group AND pa.state = 'collected') AS "collected Int"
  FROM cycle_order co
  JOIN order_group g ON g.id = co.order_group
  LEFT JOIN order_contact c ON c.order_group = co.order_group
  LEFT JOIN person pe ON pe.id = g.buyer
 WHERE co.cycle = :cycle AND co.held = 1 ORDER BY co.slot, co.order_group LIMIT 5000;

-- ---- passes ----

-- cycle_pass_insert(id Id, cycle Id, cart Id?, now Time) -> count
INSERT INTO cycle_pass (id, cycle, cart, entered_at) VALUES (:id, :cycle, :cart, :now) ON CONFLICT DO NOTHING;

-- cycle_pass_by_id(id Id) -> maybe CyclePass
SELECT id, cycle, entered_at FROM cycle_pass WHERE id = :id;

-- cycle_pass_by_cart(cycle Id, cart Id) -> maybe CyclePass
SELECT id, cycle, entered_at FROM cycle_pass WHERE cycle = :cycle AND cart = :cart;

-- cycle_pass_drop_cart(cycle Id, cart Id) -> count
DELETE FROM cycle_pass WHERE cycle = :cycle AND cart = :cart;

-- cycle_pass_sweep(before Time) -> count
DELETE FROM cycle_pass WHERE entered_at < :before;

-- ---- series ----

-- cycle_series_insert(id Id, org Id, name Text, rrule Text, first_day Date, open_days Int, open_minute Int, close_days Int, close_minute Int, template Id?, now Time) -> done
INSERT INTO cycle_series (id, org, name, rrule, first_day, open_days, open_minute, close_days, close_minute, template, running, made_at)
VALUES (:id, :org, :name, :rrule, :first_day, :open_days, :open_minute, :close_days, :close_minute, :template, 1, :now);

-- cycle_series_by_id(id Id) -> maybe CycleSeries
SELECT id, org, name, rrule, first_day, open_days, open_minute, close_days, close_minute, template, running FROM cycle_series WHERE id = :id;

-- cycle_series_list(org Id) -> many CycleSeries
SELECT id, org, name, rrule, first_day, open_days, open_minute, close_days, close_minute, template, running FROM cycle_series
 WHERE org = :org ORDER BY id;

-- cycle_series_running(after Id, limit Int) -> many CycleSeries
SELECT id, org, name, rrule, first_day, open_days, open_minute, close_days, close_minute, template, running FROM cycle_series
 WHERE running = 1 AND id > :after ORDER BY id LIMIT :limit;

-- cycle_series_last(series Id) -> one SeriesLast
SELECT max(day) AS "day Date?", coalesce(max(id), 0) AS "cycle Id" FROM cycle WHERE series = :series;

-- cycle_series_template_put(id Id, template Id) -> count
UPDATE cycle_series SET template = :template WHERE id = :id;

-- cycle_series_run(id Id, org Id, running Bool) -> count
UPDATE cycle_series SET running = :running WHERE id = :id AND org = :org;

-- cycle_series_adopt(cycle Id, series Id) -> count
UPDATE cycle SET series = :series WHERE id = :cycle;

-- ---- verify ----

-- verify_cycle_sums() -> each CycleSums
SELECT c.id, c.state, c.orders, c.turnover,
       (SELECT count(*) FROM cycle_order o WHERE o.cycle = c.id AND o.held = 1) AS "held Int",
       (SELECT coalesce(sum(o.amount), 0) FROM cycle_order o WHERE o.cycle = c.id) AS "amounts Money",
       (SELECT count(*) FROM cycle_event e WHERE e.cycle = c.id) AS "events Int",
       (SELECT coalesce(max(e.seq), 0) FROM cycle_event e WHERE e.cycle = c.id) AS "last_seq Int",
       coalesce((SELECT e.to_state FROM cycle_event e WHERE e.cycle = c.id ORDER BY e.seq DESC LIMIT 1), '') AS "last_state Text"
  FROM cycle c ORDER BY c.id;

-- verify_cycle_slots() -> each SlotSums
SELECT s.id, s.capacity, s.taken, (SELECT count(*) FROM cycle_order o WHERE o.slot = s.id AND o.held = 1) AS "held Int",
       (SELECT count(*) FROM cycle_order o JOIN order_group g ON g.id = o.order_group
         WHERE o.slot = s.id AND (o.cycle <> s.cycle OR g.pickup <> s.pickup)) AS "astray Int"
  FROM cycle_slot s ORDER BY s.id;

-- verify_cycle_orders() -> each CycleOrderSums
SELECT o.order_group, o.held, o.amount,
       (SELECT count(*) FROM seller_order s WHERE s.order_group = o.order_group AND s.placement NOT IN ('cancelled', 'expired')) AS "parts Int",
       coalesce((SELECT sum(s.total) FROM seller_order s WHERE s.order_group = o.order_group AND s.placement NOT IN ('cancelled', 'expired')), 0) AS "worth Money"
  FROM cycle_order o ORDER BY o.order_group;

-- verify_cycle_steps() -> each CycleStepRow
SELECT e.cycle, e.seq, e.verb, e.from_state, e.to_state FROM cycle_event e ORDER BY e.cycle, e.seq;

-- ---- producers' sheets ----

-- sheet_sums(cycle Id) -> many SheetSum
SELECT p.org AS producer, l.variant, min(d.name) AS "title Text", min(l.pack) AS "pack Text", l.sold_unit, l.sold_scale,
       sum(l.steps) AS "steps Int", count(*) AS "orders Int", sum(l.amount) AS "amount Money"
  FROM cycle_order co
  JOIN order_line l ON l.order_group = co.order_group
  JOIN seller_order s ON s.id = l.seller_order AND s.placement NOT IN ('cancelled', 'expired')
  JOIN product p ON p.id = l.product
  JOIN product_text d ON d.product = p.id AND d.lang = p.lang
 WHERE co.cycle = :cycle AND co.held = 1 AND l.steps > 0
 GROUP BY p.org, l.variant, l.sold_unit, l.sold_scale
 ORDER BY p.org, l.variant LIMIT 100000;

-- part sheet
SELECT s.id, s.cycle, s.org, s.version, s.state, s.total, s.note, s.sent_at, s.seen_at, s.answered_at, g.name AS org_name,
       c.name AS cycle_name, c.day, c.org AS hub, h.name AS hub_name, l.due_at, coalesce(l.note, '') AS "bring Text"
  FROM producer_sheet s JOIN org g ON g.id = s.org JOIN cycle c ON c.id = s.cycle JOIN org h ON h.id = c.org
  LEFT JOIN cycle_leg l ON l.cycle = s.cycle AND l.org = s.org

-- sheet_by_id(id Id) -> maybe Sheet
{sheet} WHERE s.id = :id;

-- sheet_list_by_cycle(cycle Id) -> many Sheet
{sheet} WHERE s.cycle = :cycle ORDER BY g.name, s.id;

-- sheet_list_by_org(org Id, before Id, limit Int) -> many Sheet
{sheet} WHERE s.org = :org AND s.id < :before ORDER BY s.id DESC LIMIT :limit;

-- sheet_lines(sheet Id, lang Text) -> many SheetLine
SELECT l.sheet, l.variant, coalesce(t.name, l.title) AS "title Text", coalesce(vt.pack, l.pack) AS "pack Text", l.sold_unit, l.sold_scale,
       l.steps, l.orders, l.amount
  FROM producer_sheet_line l JOIN variant v ON v.id = l.variant
  LEFT JOIN product_text t ON t.product = v.product AND t.lang = :lang
  LEFT JOIN variant_text vt ON vt.variant = v.id AND vt.lang = :lang
 WHERE l.sheet = :sheet ORDER BY 3, l.variant;

-- sheet_lines_by_cycle(cycle Id, lang Text) -> many SheetLine
SELECT l.sheet, l.variant, coalesce(t.name, l.title) AS "title Text", coalesce(vt.pack, l.pack) AS "pack Text", l.sold_unit, l.sold_scale,
       l.steps, l.orders, l.amount
  FROM producer_sheet s JOIN producer_sheet_line l ON l.sheet = s.id JOIN variant v ON v.id = l.variant
  LEFT JOIN product_text t ON t.product = v.product AND t.lang = :lang
  LEFT JOIN variant_text vt ON vt.variant = v.id AND vt.lang = :lang
 WHERE s.cycle = :cycle ORDER BY l.sheet, 3, l.variant;

-- sheet_insert(id Id, cycle Id, org Id, total Money, now Time) -> done
INSERT INTO producer_sheet (id, cycle, org, version, state, total, note, sent_at) VALUES (:id, :cycle, :org, 1, 'sent', :total, '', :now);

-- sheet_again(id Id, total Money, now Time) -> count
UPDATE producer_sheet SET version = version + 1, state = 'sent', total = :total, sent_at = :now, seen_at = NULL, answered_at = NULL
 WHERE id = :id;

-- sheet_seen(id Id, now Time) -> count
UPDATE producer_sheet SET state = 'seen', seen_at = :now WHERE id = :id AND state = 'sent';

-- sheet_answer(id Id, version Int, state Text, note Text, now Time) -> count
UPDATE producer_sheet SET state = :state, note = :note, answered_at = :now, seen_at = coalesce(seen_at, :now)
 WHERE id = :id AND version = :version;

-- sheet_lines_drop(sheet Id) -> count
DELETE FROM producer_sheet_line WHERE sheet = :sheet;

-- sheet_line_insert(sheet Id, variant Id, title Text, pack Text, sold_unit Text, sold_scale Int, steps Int, orders Int, amount Money) -> done
INSERT INTO producer_sheet_line (sheet, variant, title, pack, sold_unit, sold_scale, steps, orders, amount)
VALUES (:sheet, :variant, :title, :pack, :sold_unit, :sold_scale, :steps, :orders, :amount);

-- sheet_count_unanswered(org Id) -> one CycleNumber
SELECT count(*) AS "number Int" FROM producer_sheet s JOIN cycle c ON c.id = s.cycle
 WHERE s.org = :org AND s.state IN ('sent', 'seen') AND c.state IN ('closed', 'consolidated', 'harvesting');

-- org_sellers(org Id, now Time) -> many OrgSeller
SELECT DISTINCT p.id, p.name, coalesce(p.email, '') AS "email Text", p.lang
  FROM role_grant g JOIN person p ON p.id = g.person
 WHERE g.org = :org AND g.role IN ('seller', 'admin') AND p.state = 'active' AND (g.until IS NULL OR g.until > :now) ORDER BY p.id LIMIT 20;

-- verify_sheets() -> each SheetSums
SELECT s.id, s.state, s.total, (SELECT coalesce(sum(l.amount), 0) FROM producer_sheet_line l WHERE l.sheet = s.id) AS "amounts Money",
       s.seen_at, s.answered_at
  FROM producer_sheet s ORDER BY s.id;

-- ---- for pages ----

-- cycle_pickups(lang Text) -> many CyclePickup
SELECT p.id, coalesce(t.name, d.name) AS "name Text", coalesce(t.address, d.address) AS "address Text"
  FROM pickup p
  JOIN pickup_text d ON d.pickup = p.id AND d.lang = p.lang
  LEFT JOIN pickup_text t ON t.pickup = p.id AND t.lang = :lang
 ORDER BY p.position, p.id LIMIT 100;

-- cycle_offers_allowed(org Id) -> many CycleId
SELECT o.id FROM offer o JOIN product p ON p.id = o.product AND p.state = 'live'
 WHERE o.state <> 'closed'
   AND (o.org = :org OR EXISTS (SELECT 1 FROM party_grant a WHERE a.from_org = o.org AND a.to_org = :org
                                   AND a.permission = 'list_my_goods' AND a.state = 'accepted'))
 ORDER BY o.org, o.id LIMIT 20000;

-- cycle_newest(org Id) -> one CycleNumber
SELECT coalesce(max(id), 0) AS "number Int" FROM cycle WHERE org = :org AND state <> 'cancelled';

-- cycle_org_name(org Id) -> maybe OrgChoice
SELECT id, name, kind, place FROM org WHERE id = :org;

-- ---- standing orders ----

-- standing_insert(id Id, buyer Id, org Id, pickup Id, now Time) -> done
INSERT INTO standing_order (id, buyer, org, pickup, state, made_at, changed_at) VALUES (:id, :buyer, :org, :pickup, 'running', :now, :now);

-- standing_line_from_order(standing Id, order_group Id) -> count
INSERT INTO standing_line (standing, offer, steps)
SELECT :standing, l.offer, sum(l.ordered_steps) FROM order_line l WHERE l.order_group = :order_group GROUP BY l.offer;

-- standing_by_id(id Id) -> maybe Standing
SELECT s.id, s.buyer, s.org, s.pickup, s.state, g.name AS org_name, p.lang
  FROM standing_order s JOIN org g ON g.id = s.org JOIN person p ON p.id = s.buyer WHERE s.id = :id;

-- standing_list_by_buyer(buyer Id) -> many Standing
SELECT s.id, s.buyer, s.org, s.pickup, s.state, g.name AS org_name, p.lang
  FROM standing_order s JOIN org g ON g.id = s.org JOIN person p ON p.id = s.buyer
 WHERE s.buyer = :buyer AND s.state <> 'ended' ORDER BY s.id DESC LIMIT 50;

-- standing_state_put(id Id, was Text, state Text, now Time) -> count
UPDATE standing_order SET state = :state, changed_at = :now WHERE id = :id AND state = :was;

-- standing_list_due(limit Int) -> many StandingDue
SELECT s.id AS "standing Id", c.id AS "cycle Id"
  FROM cycle c JOIN standing_order s ON s.org = c.org AND s.state = 'running' JOIN person p ON p.id = s.buyer AND p.state = 'active'
 WHERE c.state = 'open' AND NOT EXISTS (SELECT 1 FROM standing_run r WHERE r.standing = s.id AND r.cycle = c.id)
 ORDER BY c.id, s.id LIMIT :limit;

-- standing_lines(standing Id, lang Text) -> many StandingLine
SELECT l.offer, l.steps, coalesce(t.name, d.name) AS "title Text", v.sold_unit, v.sold_scale, p.season_months, p.state AS product_state,
       o.state AS offer_state
  FROM standing_line l JOIN offer o ON o.id = l.offer JOIN product p ON p.id = o.product JOIN variant v ON v.id = o.variant
  JOIN product_text d ON d.product = p.id AND d.lang = p.lang
  LEFT JOIN product_text t ON t.product = p.id AND t.lang = :lang
 WHERE l.standing = :standing ORDER BY l.offer LIMIT 100;

-- standing_run_insert(standing Id, cycle Id, order_group Id?, left_out Int, now Time) -> count
INSERT INTO standing_run (standing, cycle, order_group, left_out, at) VALUES (:standing, :cycle, :order_group, :left_out, :now)
ON CONFLICT (standing, cycle) DO NOTHING;

-- standing_runs(standing Id) -> many StandingRun
SELECT r.cycle, r.order_group, r.left_out, r.at, c.name, c.day FROM standing_run r JOIN cycle c ON c.id = r.cycle
 WHERE r.standing = :standing ORDER BY r.cycle DESC LIMIT 3;

-- standing_end_all(buyer Id, now Time) -> count
UPDATE standing_order SET state = 'ended', changed_at = :now WHERE buyer = :buyer AND state <> 'ended';

-- ---- pre-orders ----

-- forecast_insert(id Id, offer Id, org Id, day Date, closes_at Time, low Int, likely Int, high Int, rule Text, seed Text, seed_hash Text, now Time) -> done
INSERT INTO forecast (id, offer, org, day, closes_at, low, likely, high, rule, seed, seed_hash, state, promised, made_at)
VALUES (:id, :offer, :org, :day, :closes_at, :low, :likely, :high, :rule, :seed, :seed_hash, 'open', 0, :now);

-- forecast_hint_insert(forecast Id, low Int, likely Int, high Int, reason Text, now Time) -> done
INSERT INTO forecast_hint (forecast, low, likely, high, reason, at) VALUES (:forecast, :low, :likely, :high, :reason, :now);

-- forecast_hint_of(forecast Id) -> maybe ForecastHint
SELECT low, likely, high, reason, at FROM forecast_hint WHERE forecast = :forecast;

-- harvest_score(org Id) -> one HarvestScore
SELECT count(*) AS "harvests Int", coalesce(sum(f.harvest), 0) AS "came Int", coalesce(sum(abs(f.likely - f.harvest)), 0) AS "farmer Int",
       coalesce(sum(abs(h.likely - f.harvest)), 0) AS "model Int"
  FROM forecast f JOIN forecast_hint h ON h.forecast = f.id WHERE f.org = :org AND f.state = 'shared' AND f.harvest > 0;

-- part forecast
SELECT f.id, f.offer, f.org, f.day, f.closes_at, f.low, f.likely, f.high, f.rule, f.seed, f.seed_hash, f.state, f.promised, f.harvest,
       coalesce(t.name, d.name) AS "title Text", v.sold_unit, v.sold_scale, v.step, v.min_steps, g.name AS org_name, pr.amount AS price,
       v.priced_unit
  FROM forecast f JOIN offer o ON o.id = f.offer JOIN product p ON p.id = o.product JOIN variant v ON v.id = o.variant
  JOIN product_text d ON d.product = p.id AND d.lang = p.lang
  LEFT JOIN product_text t ON t.product = p.id AND t.lang = :lang
  JOIN org g ON g.id = f.org
  JOIN price pr ON pr.offer = o.id AND pr.tag = '' AND pr.channel = '' AND pr.min_steps = 0 AND pr.valid_to IS NULL

-- forecast_by_id(id Id, lang Text) -> maybe Forecast
{forecast} WHERE f.id = :id;

-- forecast_list_open(lang Text, now Time) -> many Forecast
{forecast} WHERE f.state = 'open' AND f.closes_at > :now ORDER BY f.closes_at, f.id LIMIT 100;

-- forecast_list_by_org(org Id, lang Text) -> many Forecast
{forecast} WHERE f.org = :org ORDER BY f.id DESC LIMIT 50;

-- forecast_promise(id Id, steps Int, now Time) -> maybe ForecastMark
UPDATE forecast SET promised = promised + :steps
 WHERE id = :id AND state = 'open' AND closes_at > :now AND promised + :steps <= likely
RETURNING low, likely, promised;

-- forecast_release(id Id, steps Int) -> count
UPDATE forecast SET promised = promised - :steps WHERE id = :id AND state = 'open';

-- forecast_share(id Id, harvest Int, now Time) -> count
UPDATE forecast SET state = 'shared', harvest = :harvest, shared_at = :now WHERE id = :id AND state = 'open';

-- preorder_insert(id Id, forecast Id, buyer Id, pickup Id, member Bool, wanted Int, sure Int, now Time) -> done
INSERT INTO preorder (id, forecast, buyer, pickup, member, wanted, sure, state, at)
VALUES (:id, :forecast, :buyer, :pickup, :member, :wanted, :sure, 'open', :now);

-- part preorder
SELECT id, forecast, buyer, pickup, member, wanted, sure, got, state, order_group, at FROM preorder

-- preorder_of(forecast Id, buyer Id) -> maybe Preorder
{preorder} WHERE forecast = :forecast AND buyer = :buyer AND state = 'open';

-- preorder_list(forecast Id) -> many Preorder
{preorder} WHERE forecast = :forecast AND state <> 'left' ORDER BY id LIMIT 20000;

-- preorder_list_by_buyer(buyer Id) -> many Preorder
{preorder} WHERE buyer = :buyer AND state <> 'left' ORDER BY id DESC LIMIT 50;

-- preorder_leave(id Id) -> count
UPDATE preorder SET state = 'left' WHERE id = :id AND state = 'open';

-- preorder_share(id Id, got Int, order_group Id?) -> count
UPDATE preorder SET state = 'shared', got = :got, order_group = :order_group WHERE id = :id AND state = 'open';

-- ---- group buys ----

-- group_buy_insert(id Id, offer Id, org Id, deadline Time, max_each Int?, now Time) -> done
INSERT INTO group_buy (id, offer, org, deadline, max_each, state, pledged, made_at)
VALUES (:id, :offer, :org, :deadline, :max_each, 'open', 0, :now);

-- group_tier_insert(group_buy Id, from_steps Int, price Money) -> done
INSERT INTO group_tier (group_buy, from_steps, price) VALUES (:group_buy, :from_steps, :price);

-- part group_buy
SELECT b.id, b.offer, b.org, b.deadline, b.max_each, b.state, b.pledged, b.price, coalesce(t.name, d.name) AS "title Text",
       v.sold_unit, v.sold_scale, v.step, v.min_steps, v.priced_unit, g.name AS org_name, pr.amount AS normal_price
  FROM group_buy b JOIN offer o ON o.id = b.offer JOIN product p ON p.id = o.product JOIN variant v ON v.id = o.variant
  JOIN product_text d ON d.product = p.id AND d.lang = p.lang
  LEFT JOIN product_text t ON t.product = p.id AND t.lang = :lang
  JOIN org g ON g.id = b.org
  JOIN price pr ON pr.offer = o.id AND pr.tag = '' AND pr.channel = '' AND pr.min_steps = 0 AND pr.valid_to IS NULL

-- group_buy_by_id(id Id, lang Text) -> maybe GroupBuy
{group_buy} WHERE b.id = :id;

-- group_buy_list_open(lang Text, now Time) -> many GroupBuy
{group_buy} WHERE b.state = 'open' AND b.deadline > :now ORDER BY b.deadline, b.id LIMIT 100;

-- group_buy_list_due(now Time, limit Int) -> many CycleId
SELECT id FROM group_buy WHERE state = 'open' AND deadline <= :now ORDER BY id LIMIT :limit;

-- group_tiers(group_buy Id) -> many GroupTier
SELECT from_steps, price FROM group_tier WHERE group_buy = :group_buy ORDER BY from_steps;

-- group_buy_pledge(id Id, steps Int, now Time) -> count
UPDATE group_buy SET pledged = pledged + :steps WHERE id = :id AND state = 'open' AND deadline > :now;

-- group_buy_unpledge(id Id, steps Int, now Time) -> count
UPDATE group_buy SET pledged = pledged - :steps WHERE id = :id AND state = 'open' AND deadline > :now AND pledged >= :steps;

-- group_buy_end(id Id, state Text, price Money?, now Time) -> count
UPDATE group_buy SET state = :state, price = :price, ended_at = :now WHERE id = :id AND state = 'open';

-- group_pledge_insert(id Id, group_buy Id, buyer Id, pickup Id, steps Int, now Time) -> done
INSERT INTO group_pledge (id, group_buy, buyer, pickup, steps, state, at) VALUES (:id, :group_buy, :buyer, :pickup, :steps, 'open', :now);

-- group_pledge_of(group_buy Id, buyer Id) -> maybe GroupPledge
SELECT id, group_buy, buyer, pickup, steps, state, order_group FROM group_pledge WHERE group_buy = :group_buy AND buyer = :buyer AND state = 'open';

-- group_pledge_list(group_buy Id) -> many GroupPledge
SELECT id, group_buy, buyer, pickup, steps, state, order_group FROM group_pledge WHERE group_buy = :group_buy AND state <> 'left'
 ORDER BY id LIMIT 20000;

-- group_pledge_put(id Id, state Text, order_group Id?) -> count
UPDATE group_pledge SET state = :state, order_group = :order_group WHERE id = :id AND state = 'open';

-- ---- verify of promises ----

-- verify_forecasts() -> each ForecastSums
SELECT f.id, f.state, f.likely, f.promised, f.harvest,
       (SELECT coalesce(sum(p.wanted), 0) FROM preorder p WHERE p.forecast = f.id AND p.state <> 'left') AS "wanted Int",
       (SELECT coalesce(sum(p.got), 0) FROM preorder p WHERE p.forecast = f.id) AS "given Int",
       (SELECT count(*) FROM preorder p WHERE p.forecast = f.id AND (p.got > p.wanted OR (p.got > 0 AND p.order_group IS NULL)
         OR (p.state = 'open' AND f.state = 'shared'))) AS "astray Int"
  FROM forecast f ORDER BY f.id;

-- verify_group_buys() -> each GroupSums
SELECT b.id, b.state, b.pledged,
       (SELECT coalesce(sum(p.steps), 0) FROM group_pledge p WHERE p.group_buy = b.id AND p.state <> 'left') AS "steps Int",
       (SELECT count(*) FROM group_pledge p WHERE p.group_buy = b.id AND ((p.state = 'bought') <> (p.order_group IS NOT NULL)
         OR (p.state = 'open') <> (b.state = 'open')) AND p.state <> 'left') AS "astray Int"
  FROM group_buy b ORDER BY b.id;

-- standing_order_source(order_group Id) -> maybe StandingSource
SELECT g.buyer, g.pickup, c.org AS hub FROM order_group g JOIN cycle_order co ON co.order_group = g.id JOIN cycle c ON c.id = co.cycle
 WHERE g.id = :order_group;
