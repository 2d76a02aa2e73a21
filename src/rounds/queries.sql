-- ---- gates ----

-- round_gate_put(org Id, latitude Real, longitude Real, narrow Bool, now Time) -> done
INSERT INTO round_gate (org, latitude, longitude, narrow, changed_at) VALUES (:org, :latitude, :longitude, :narrow, :now)
ON CONFLICT (org) DO UPDATE SET latitude = excluded.latitude, longitude = excluded.longitude, narrow = excluded.narrow,
  changed_at = excluded.changed_at;

-- round_gate_list(lang Text) -> many RoundGate
SELECT o.id AS org, coalesce(t.name, o.name) AS "name Text", o.place, o.kind, g.latitude AS "latitude Real?", g.longitude AS "longitude Real?",
       coalesce(g.narrow, 0) AS "narrow Bool"
  FROM org o LEFT JOIN round_gate g ON g.org = o.id LEFT JOIN producer_text t ON t.org = o.id AND t.lang = :lang
 WHERE o.open = 1 ORDER BY o.name, o.id LIMIT 2000;

-- round_gate_of(org Id) -> maybe RoundGateAt
SELECT latitude, longitude FROM round_gate WHERE org = :org;

-- ---- what goods need ----

-- round_need_list_all(lang Text) -> many RoundCategory
-- Every category with what its goods need on the road; empty: nothing special.
SELECT c.id, coalesce(t.name, c.slug) AS "name Text", coalesce(u.name, up.slug, '') AS "shelf Text", coalesce(n.need, '') AS "need Text"
  FROM category c LEFT JOIN category_text t ON t.category = c.id AND t.lang = :lang
  LEFT JOIN category up ON up.id = c.parent LEFT JOIN category_text u ON u.category = up.id AND u.lang = :lang
  LEFT JOIN round_need n ON n.category = c.id
 ORDER BY coalesce(up.position, c.position), coalesce(up.id, c.id), CASE WHEN c.parent IS NULL THEN 0 ELSE 1 END, c.position, c.id LIMIT 500;

-- round_need_slugs() -> many RoundCategory
-- The same by the names used in addresses.
SELECT c.id, c.slug AS "name Text", '' AS "shelf Text", '' AS "need Text" FROM category c ORDER BY c.id LIMIT 500;

-- round_need_put(category Id, need Text) -> done
INSERT INTO round_need (category, need) VALUES (:category, :need)
ON CONFLICT (category) DO UPDATE SET need = excluded.need;

-- round_need_clear(category Id) -> count
DELETE FROM round_need WHERE category = :category;

-- ---- vehicles ----

-- vehicle_list() -> many Vehicle
SELECT v.id, v.org, v.name, v.profile, v.kilograms, v.crates, v.from_minute, v.to_minute, v.co2_grams, v.driver, v.active,
       v.cold_crates, v.skills, g.latitude AS "latitude Real?", g.longitude AS "longitude Real?"
  FROM vehicle v LEFT JOIN round_gate g ON g.org = v.org ORDER BY v.id LIMIT 500;

-- vehicle_add(id Id, org Id, name Text, profile Text, kilograms Int, crates Int, from_minute Int, to_minute Int, co2_grams Int, driver Id?, active Bool, cold_crates Int, skills Int, now Time) -> done
INSERT INTO vehicle (id, org, name, profile, kilograms, crates, from_minute, to_minute, co2_grams, driver, active, cold_crates, skills, made_at)
VALUES (:id, :org, :name, :profile, :kilograms, :crates, :from_minute, :to_minute, :co2_grams, :driver, :active, :cold_crates, :skills, :now);

-- vehicle_change(id Id, name Text, profile Text, kilograms Int, crates Int, from_minute Int, to_minute Int, co2_grams Int, driver Id?, active Bool, cold_crates Int, skills Int) -> count
UPDATE vehicle SET name = :name, profile = :profile, kilograms = :kilograms, crates = :crates, from_minute = :from_minute,
       to_minute = :to_minute, co2_grams = :co2_grams, driver = :driver, active = :active, cold_crates = :cold_crates,
       skills = :skills WHERE id = :id;

-- driver_list(now Time) -> many Driver
-- Who may drive: everybody who holds the role driver somewhere.
SELECT DISTINCT p.id, p.name FROM role_grant g JOIN person p ON p.id = g.person
 WHERE g.role = 'driver' AND (g.until IS NULL OR g.until > :now) ORDER BY p.name, p.id LIMIT 500;

-- ---- what there is to carry ----

-- round_pickup_list(weekday Int, day Date, lang Text) -> many RoundPickup
-- Pickup places that open on this day of the week, or hand over the goods of a cycle on this day, with the minute their goods must be
-- there (-1: no hours are known) and the moment from which buyers were given times of a cycle; whether goods are brought to doors instead.
SELECT p.id, coalesce(t.name, d.name) AS "name Text", p.latitude, p.longitude,
       coalesce((SELECT min(h.from_minute) FROM pickup_hours h WHERE h.pickup = p.id AND h.weekday = :weekday), -1) AS "opens Int",
       (SELECT min(s.from_at) FROM order_group g JOIN cycle_order o ON o.order_group = g.id JOIN cycle y ON y.id = o.cycle JOIN cycle_slot s ON s.id = o.slot
         WHERE g.pickup = p.id AND g.open = 1 AND y.day = :day) AS "slot_at Time?",
       CASE WHEN z.pickup IS NULL THEN 0 ELSE 1 END AS "zone Bool"
  FROM pickup p JOIN pickup_text d ON d.pickup = p.id AND d.lang = p.lang
  LEFT JOIN pickup_text t ON t.pickup = p.id AND t.lang = :lang LEFT JOIN delivery_zone z ON z.pickup = p.id
 WHERE p.open = 1 AND (EXISTS (SELECT 1 FROM pickup_hours h WHERE h.pickup = p.id AND h.weekday = :weekday)
                       OR NOT EXISTS (SELECT 1 FROM pickup_hours h WHERE h.pickup = p.id)
                       OR EXISTS (SELECT 1 FROM order_group g JOIN cycle_order o ON o.order_group = g.id JOIN cycle y ON y.id = o.cycle
                                   WHERE g.pickup = p.id AND g.open = 1 AND y.day = :day))
 ORDER BY p.id LIMIT 500;

-- round_zone_hours(weekday Int) -> many RoundZoneHours
-- When goods are brought to doors.
SELECT h.pickup, h.from_minute, h.to_minute FROM delivery_zone z JOIN pickup_hours h ON h.pickup = z.pickup AND h.weekday = :weekday
 ORDER BY h.pickup, h.from_minute LIMIT 2000;

-- round_slot_of(order Id) -> maybe RoundSlot
-- The time that a buyer chose.
SELECT s.from_at, s.until_at FROM cycle_order o JOIN cycle_slot s ON s.id = o.slot WHERE o.order_group = :order;

-- ---- doors ----

-- round_door_at(order Id) -> maybe RoundDoorAt
SELECT latitude, longitude FROM round_door WHERE order_group = :order;

-- round_door_before(order Id) -> maybe RoundDoorAt
-- Where the same buyer's goods were brought to the same address before.
SELECT d.latitude, d.longitude FROM order_group g JOIN order_contact k ON k.order_group = g.id
  JOIN round_door d ON d.buyer = g.buyer AND d.address = k.address
 WHERE g.id = :order AND k.address <> '' AND d.buyer IS NOT NULL ORDER BY d.changed_at DESC LIMIT 1;

-- round_door_put(order Id, latitude Real, longitude Real, now Time) -> count
INSERT INTO round_door (order_group, buyer, address, latitude, longitude, changed_at)
SELECT g.id, g.buyer, coalesce(k.address, ''), :latitude, :longitude, :now
  FROM order_group g LEFT JOIN order_contact k ON k.order_group = g.id WHERE g.id = :order
ON CONFLICT (order_group) DO UPDATE SET latitude = excluded.latitude, longitude = excluded.longitude, changed_at = excluded.changed_at;

-- round_door_forget(person Id) -> count
DELETE FROM round_door WHERE buyer = :person;

-- round_door_forget_guests(before Time) -> count
-- As long as the market keeps guests' addresses, and no longer.
DELETE FROM round_door WHERE buyer IS NULL AND changed_at < :before;

-- round_need_list(pickup Id, plan Id, day Date) -> many RoundNeed
-- Lines of open orders for this place that travel in no other plan: one that drives without them, keeps them back, or found them not at
-- their farm, does not count. What was ordered in a cycle waits for the day on which it is handed over.
SELECT s.id AS part, g.id AS "order Id", s.org, l.steps, l.sold_unit, l.sold_scale, l.priced_unit, l.priced_scale, l.nominal_priced_steps, v.content_unit, v.content_milli,
       coalesce(n.need, un.need, '') AS "need Text"
  FROM order_group g JOIN seller_order s ON s.order_group = g.id
  JOIN order_line l ON l.order_group = g.id AND l.seller_order = s.id JOIN variant v ON v.id = l.variant
  JOIN product p ON p.id = v.product LEFT JOIN category c2 ON c2.id = p.category
  LEFT JOIN round_need n ON n.category = p.category LEFT JOIN round_need un ON un.category = c2.parent
  LEFT JOIN consignment_part cp ON cp.seller_order = s.id LEFT JOIN consignment c ON c.id = cp.consignment
  LEFT JOIN day_plan d ON d.id = c.plan LEFT JOIN round_stop f ON f.round = c.round AND f.position = c.fetch_stop
  LEFT JOIN cycle_order o ON o.order_group = g.id LEFT JOIN cycle y ON y.id = o.cycle
 WHERE g.pickup = :pickup AND g.open = 1 AND s.placement IN ('placed', 'confirmed') AND (y.id IS NULL OR y.day <= :day)
   AND (c.plan IS NULL OR c.plan = :plan OR c.kept = 1 OR (d.state = 'locked' AND (c.round IS NULL OR f.state = 'failed')))
 ORDER BY s.org, s.id LIMIT 20000;

-- ---- plans ----

-- part day
SELECT id, day, state, straight, detour_ppm, improve_ms, seed, cost, distance_m, drive_s, emitted_grams, nearest_m, nearest_s, nearest_grams,
       nearest_late_min, first_m, first_s, revision, late_min, made_at, changed_at FROM day_plan

-- day_plan_of(day Date) -> maybe DayPlan
{day} WHERE day = :day;

-- day_plan_by_id(id Id) -> maybe DayPlan
{day} WHERE id = :id;

-- day_plan_list(limit Int) -> many DayPlan
{day} ORDER BY day DESC LIMIT :limit;

-- day_plan_better() -> many DayPlan
{day} WHERE improve_ms > 0 ORDER BY improve_ms LIMIT 1;

-- day_plan_add(id Id, day Date, seed Int, improve_ms Int, now Time) -> done
INSERT INTO day_plan (id, day, state, straight, detour_ppm, improve_ms, seed, cost, distance_m, drive_s, nearest_m, revision, made_at, changed_at)
VALUES (:id, :day, 'open', 0, 0, :improve_ms, :seed, 0, 0, 0, NULL, 0, :now, :now);

-- day_plan_set(id Id, straight Bool, detour_ppm Int, improve_ms Int, cost Int, distance_m Int, drive_s Int, emitted_grams Int, nearest_m Int?, nearest_s Int, nearest_grams Int, nearest_late_min Int, first_m Int, first_s Int, now Time, revision Int) -> count
-- Only on the plan as it was read: somebody may have changed it since.
UPDATE day_plan SET straight = :straight, detour_ppm = :detour_ppm, improve_ms = :improve_ms, cost = :cost, distance_m = :distance_m,
       drive_s = :drive_s, emitted_grams = :emitted_grams, nearest_m = :nearest_m, nearest_s = :nearest_s, nearest_grams = :nearest_grams, nearest_late_min = :nearest_late_min,
       first_m = :first_m, first_s = :first_s, late_min = 0, changed_at = :now, revision = revision + 1
 WHERE id = :id AND revision = :revision AND state = 'open';

-- day_plan_again(id Id, cost Int, distance_m Int, drive_s Int, emitted_grams Int, late_min Int, now Time, revision Int) -> count
-- Planned again while it is driven: it stays locked.
UPDATE day_plan SET cost = :cost, distance_m = :distance_m, drive_s = :drive_s, emitted_grams = :emitted_grams, late_min = :late_min, changed_at = :now, revision = revision + 1
 WHERE id = :id AND revision = :revision AND state = 'locked';

-- day_plan_drop(id Id) -> count
DELETE FROM day_plan WHERE id = :id AND state = 'open';

-- day_plan_begun(id Id) -> maybe RoundBegun
-- Whether a driver has reported anything of it.
SELECT count(*) AS "reports Int" FROM round_stop WHERE plan = :id AND state <> 'planned';

-- day_plan_slice(id Id, improve_ms Int) -> count
UPDATE day_plan SET improve_ms = :improve_ms WHERE id = :id AND improve_ms > :improve_ms;

-- day_plan_state(id Id, state Text, now Time) -> count
UPDATE day_plan SET state = :state, improve_ms = 0, changed_at = :now, revision = revision + 1 WHERE id = :id AND state <> :state;

-- ---- vehicles of one day ----

-- day_vehicle_list(plan Id) -> many DayVehicle
SELECT vehicle, rests, driver FROM day_vehicle WHERE plan = :plan ORDER BY vehicle LIMIT 500;

-- day_vehicle_put(plan Id, vehicle Id, rests Bool, driver Id?) -> done
INSERT INTO day_vehicle (plan, vehicle, rests, driver) VALUES (:plan, :vehicle, :rests, :driver)
ON CONFLICT (plan, vehicle) DO UPDATE SET rests = excluded.rests, driver = excluded.driver;

-- day_vehicle_clear(plan Id) -> count
DELETE FROM day_vehicle WHERE plan = :plan;

-- day_vehicle_forget(person Id) -> count
UPDATE day_vehicle SET driver = NULL WHERE driver = :person;

-- ---- the same day by always driving to the nearest next stop ----

-- day_nearest_add(plan Id, vehicle Id, distance_m Int, drive_s Int, emitted_grams Int) -> done
INSERT INTO day_nearest (plan, vehicle, distance_m, drive_s, emitted_grams) VALUES (:plan, :vehicle, :distance_m, :drive_s, :emitted_grams);

-- day_nearest_clear(plan Id) -> count
DELETE FROM day_nearest WHERE plan = :plan;

-- day_nearest_list(plan Id) -> many DayNearest
SELECT n.vehicle, n.distance_m, n.drive_s, n.emitted_grams, v.name
  FROM day_nearest n JOIN vehicle v ON v.id = n.vehicle WHERE n.plan = :plan ORDER BY n.vehicle LIMIT 500;

-- ---- rounds and stops ----

-- round_add(id Id, plan Id, vehicle Id, driver Id?, distance_m Int, drive_s Int, emitted_grams Int, leaves_at Time, back_at Time, path Text) -> done
INSERT INTO round (id, plan, vehicle, driver, distance_m, drive_s, emitted_grams, leaves_at, back_at, path)
VALUES (:id, :plan, :vehicle, :driver, :distance_m, :drive_s, :emitted_grams, :leaves_at, :back_at, :path);

-- part round
SELECT r.id, r.plan, r.vehicle, r.driver, r.distance_m, r.drive_s, r.emitted_grams, r.leaves_at, r.back_at, r.path, v.name, v.profile,
       v.kilograms, v.crates, v.cold_crates, g.latitude AS "latitude Real?", g.longitude AS "longitude Real?",
       (SELECT count(*) FROM round_stop s WHERE s.round = r.id AND s.state IN ('planned', 'arrived')) AS "open_stops Int"
  FROM round r JOIN vehicle v ON v.id = r.vehicle LEFT JOIN round_gate g ON g.org = v.org

-- round_list(plan Id) -> many Round
{round} WHERE r.plan = :plan ORDER BY r.leaves_at, r.id LIMIT 500;

-- round_by_id(id Id) -> maybe Round
{round} WHERE r.id = :id;

-- round_of_driver(driver Id, from_at Time, until_at Time) -> many Round
{round}
  JOIN day_plan p ON p.id = r.plan AND p.state = 'locked'
 WHERE r.driver = :driver AND r.leaves_at >= :from_at AND r.leaves_at < :until_at ORDER BY r.leaves_at LIMIT 100;

-- round_change(id Id, distance_m Int, drive_s Int, emitted_grams Int, back_at Time, path Text) -> count
UPDATE round SET distance_m = :distance_m, drive_s = :drive_s, emitted_grams = :emitted_grams, back_at = :back_at, path = :path WHERE id = :id;

-- round_driver_set(id Id, driver Id?) -> count
UPDATE round SET driver = :driver WHERE id = :id;

-- round_clear_stops(plan Id) -> count
DELETE FROM round_stop WHERE round IN (SELECT id FROM round WHERE plan = :plan);

-- round_stop_clear_planned(plan Id) -> count
DELETE FROM round_stop WHERE plan = :plan AND state = 'planned';

-- round_stop_number(id Id, position Int) -> count
UPDATE round_stop SET position = :position WHERE id = :id;

-- round_drop_empty(plan Id) -> count
DELETE FROM round WHERE plan = :plan AND NOT EXISTS (SELECT 1 FROM round_stop s WHERE s.round = round.id)
   AND NOT EXISTS (SELECT 1 FROM consignment c WHERE c.round = round.id);

-- round_clear(plan Id) -> count
DELETE FROM round WHERE plan = :plan;

-- round_stop_add(id Id, plan Id, round Id, position Int, kind Text, place Id, latitude Real, longitude Real, grams Int, crates Int, cold_crates Int, orders Int, arrives_at Time, leaves_at Time, due_at Time?, more_m Int) -> done
INSERT INTO round_stop (id, plan, round, position, kind, place, latitude, longitude, grams, crates, cold_crates, orders, arrives_at, leaves_at, due_at, more_m, state, note, signature, changed_at)
VALUES (:id, :plan, :round, :position, :kind, :place, :latitude, :longitude, :grams, :crates, :cold_crates, :orders, :arrives_at, :leaves_at, :due_at, :more_m, 'planned', '', '', NULL);

-- round_stop_list(round Id, lang Text) -> many RoundStop
SELECT s.id, s.round, s.position, s.kind, s.place, s.latitude, s.longitude, s.grams, s.crates, s.orders, s.arrives_at, s.leaves_at, s.state,
       s.note, s.signature, s.changed_at, s.cold_crates, s.photo, s.drawn, s.due_at, s.more_m,
       coalesce(t.name, d.name, pt.name, o.name, nullif(k.name, ''), b.name, '') AS "name Text", coalesce(t.address, d.address, o.place, k.address, '') AS "address Text",
       coalesce(t.instructions, d.instructions, k.note, '') AS "help Text", CASE WHEN g.id IS NULL THEN 0 ELSE 1 END AS "door Bool"
  FROM round_stop s LEFT JOIN pickup p ON p.id = s.place LEFT JOIN pickup_text d ON d.pickup = p.id AND d.lang = p.lang
  LEFT JOIN pickup_text t ON t.pickup = p.id AND t.lang = :lang LEFT JOIN org o ON o.id = s.place
  LEFT JOIN producer_text pt ON pt.org = o.id AND pt.lang = :lang LEFT JOIN order_group g ON g.id = s.place LEFT JOIN order_contact k ON k.order_group = g.id LEFT JOIN person b ON b.id = g.buyer
 WHERE s.round = :round ORDER BY s.position LIMIT 1000;

-- round_stop_by_id(id Id) -> maybe RoundStopBrief
SELECT s.id, s.round, s.state, s.kind, s.place, s.photo, r.driver, p.state AS plan_state
  FROM round_stop s JOIN round r ON r.id = s.round JOIN day_plan p ON p.id = r.plan WHERE s.id = :id;

-- round_stop_state(id Id, state Text, note Text, signature Text, photo Text, drawn Text, at Time) -> count
UPDATE round_stop SET state = :state, note = :note, signature = :signature, photo = :photo, drawn = :drawn, changed_at = :at WHERE id = :id;

-- round_arrival(order Id) -> many RoundArrival
-- Where the goods of an order come off a round, with the last thing its driver said. Only what drivers were told.
SELECT coalesce(s.arrives_at, f.arrives_at) AS "arrives_at Time", CASE WHEN f.state = 'failed' OR s.id IS NULL THEN 'failed' ELSE s.state END AS "state Text", s.changed_at AS "changed_at Time?", r.leaves_at AS begins_at,
       (SELECT max(d.position) FROM round_stop d WHERE d.round = r.id AND d.state <> 'planned') AS "reported Int?", r.id AS round, c.door, g.open
  FROM seller_order o JOIN order_group g ON g.id = o.order_group JOIN consignment_part cp ON cp.seller_order = o.id JOIN consignment c ON c.id = cp.consignment
  JOIN round r ON r.id = c.round JOIN day_plan p ON p.id = r.plan AND p.state = 'locked'
  JOIN round_stop f ON f.round = r.id AND f.position = c.fetch_stop LEFT JOIN round_stop s ON s.round = r.id AND s.position = c.bring_stop
 WHERE o.order_group = :order ORDER BY 1 DESC, c.id LIMIT 50;

-- round_said_last(round Id, position Int) -> maybe RoundSaid
SELECT state, arrives_at, leaves_at, changed_at FROM round_stop WHERE round = :round AND position = :position;

-- ---- consignments ----

-- consignment_add(id Id, plan Id, org Id, pickup Id, grams Int, crates Int, cold_crates Int, skills Int, orders Int, pinned Id?, kept Bool, at_hub Bool, door Id) -> done
INSERT INTO consignment (id, plan, org, pickup, grams, crates, cold_crates, skills, orders, pinned, kept, at_hub, door, round, rule, relax, relax_amount)
VALUES (:id, :plan, :org, :pickup, :grams, :crates, :cold_crates, :skills, :orders, :pinned, :kept, :at_hub, :door, NULL, '', '', 0);

-- consignment_list(plan Id, lang Text) -> many Consignment
SELECT c.id, c.org, c.pickup, c.grams, c.crates, c.cold_crates, c.skills, c.fetch_stop, c.bring_stop, c.orders, c.pinned, c.round, c.rule, c.relax, c.relax_amount, c.kept, c.at_hub, c.door, coalesce(pt.name, o.name) AS "org_name Text",
       coalesce(nullif(k.name, ''), b.name, t.name, d.name) AS "pickup_name Text", coalesce(k.address, '') AS "address Text"
  FROM consignment c JOIN org o ON o.id = c.org JOIN pickup p ON p.id = c.pickup
  JOIN pickup_text d ON d.pickup = p.id AND d.lang = p.lang LEFT JOIN pickup_text t ON t.pickup = p.id AND t.lang = :lang
  LEFT JOIN producer_text pt ON pt.org = o.id AND pt.lang = :lang LEFT JOIN order_group g ON g.id = c.door LEFT JOIN order_contact k ON k.order_group = g.id LEFT JOIN person b ON b.id = g.buyer
 WHERE c.plan = :plan ORDER BY c.id LIMIT 4000;

-- consignment_place(id Id, round Id?, rule Text, relax Text, relax_amount Int) -> count
UPDATE consignment SET round = :round, rule = :rule, relax = :relax, relax_amount = :relax_amount, fetch_stop = 0, bring_stop = 0 WHERE id = :id;

-- consignment_fetch(id Id, round Id, position Int) -> count
UPDATE consignment SET round = :round, fetch_stop = :position, rule = '', relax = '', relax_amount = 0 WHERE id = :id;

-- consignment_bring(id Id, position Int) -> count
UPDATE consignment SET bring_stop = :position WHERE id = :id;

-- consignment_fetched(id Id, position Int) -> count
-- The reported stops of a round were numbered anew.
UPDATE consignment SET fetch_stop = :position WHERE id = :id;

-- consignment_not_fetched(plan Id) -> count
-- What its farm did not give is brought nowhere; it stays on record where it was to be fetched. To be called when only reported stops stand.
UPDATE consignment SET bring_stop = 0 WHERE plan = :plan AND bring_stop > 0
   AND EXISTS (SELECT 1 FROM round_stop f WHERE f.round = consignment.round AND f.position = consignment.fetch_stop AND f.state = 'failed')
   AND NOT EXISTS (SELECT 1 FROM round_stop b WHERE b.round = consignment.round AND b.position = consignment.bring_stop);

-- consignment_pin(id Id, plan Id, pinned Id?) -> count
UPDATE consignment SET pinned = :pinned WHERE id = :id AND plan = :plan;

-- consignment_choose(id Id, plan Id, kept Bool, at_hub Bool) -> count
UPDATE consignment SET kept = :kept, at_hub = :at_hub WHERE id = :id AND plan = :plan;

-- consignment_part_clear(plan Id) -> count
DELETE FROM consignment_part WHERE consignment IN (SELECT id FROM consignment WHERE plan = :plan);

-- consignment_clear_idle() -> count
-- Left out on a day that drives without it, and taken over by another day's plan.
DELETE FROM consignment WHERE round IS NULL AND NOT EXISTS (SELECT 1 FROM consignment_part p WHERE p.consignment = consignment.id);

-- consignment_clear(plan Id) -> count
DELETE FROM consignment WHERE plan = :plan;

-- consignment_part_add(seller_order Id, consignment Id) -> done
INSERT INTO consignment_part (seller_order, consignment) VALUES (:seller_order, :consignment)
ON CONFLICT (seller_order) DO UPDATE SET consignment = excluded.consignment;

-- round_part_list(round Id) -> many RoundPart
SELECT cp.seller_order AS part FROM consignment c JOIN consignment_part cp ON cp.consignment = c.id WHERE c.round = :round ORDER BY cp.seller_order;

-- round_door_parts(stop Id) -> many RoundDoorPart
-- What comes off at a stop before somebody's door, of all farms whose goods were got.
SELECT cp.seller_order AS part, o.order_group AS "order Id", o.placement, cp.handed
  FROM round_stop s JOIN consignment c ON c.round = s.round AND c.bring_stop = s.position AND c.door <> 0
  JOIN consignment_part cp ON cp.consignment = c.id JOIN seller_order o ON o.id = cp.seller_order
  LEFT JOIN round_stop f ON f.round = c.round AND f.position = c.fetch_stop
 WHERE s.id = :stop AND s.kind = 'deliver' AND coalesce(f.state, '') <> 'failed' ORDER BY cp.seller_order LIMIT 1000;

-- round_part_handed(part Id, handed Bool) -> count
UPDATE consignment_part SET handed = :handed WHERE seller_order = :part;

-- round_part_share(part Id, metres Int, drive_s Int, emitted_grams Int) -> count
UPDATE consignment_part SET metres = :metres, drive_s = :drive_s, emitted_grams = :emitted_grams WHERE seller_order = :part;

-- round_share_clear(plan Id) -> count
UPDATE consignment_part SET metres = 0, drive_s = 0, emitted_grams = 0 WHERE consignment IN (SELECT id FROM consignment WHERE plan = :plan);

-- round_orders_of(plan Id) -> one RoundOrders
SELECT count(DISTINCT s.order_group) AS "orders Int"
  FROM consignment c JOIN consignment_part cp ON cp.consignment = c.id JOIN seller_order s ON s.id = cp.seller_order
 WHERE c.plan = :plan AND c.round IS NOT NULL;

-- round_share_of(order Id) -> one RoundShare
-- The way of an order's goods, of all sellers together, as far as drivers were told.
SELECT coalesce(sum(cp.metres), 0) AS "metres Int", coalesce(sum(cp.drive_s), 0) AS "drive_s Int", coalesce(sum(cp.emitted_grams), 0) AS "emitted_grams Int"
  FROM seller_order s JOIN consignment_part cp ON cp.seller_order = s.id JOIN consignment c ON c.id = cp.consignment
  JOIN day_plan p ON p.id = c.plan AND p.state = 'locked' WHERE s.order_group = :order;

-- round_hand_list(round Id) -> many RoundHand
-- The orders that come off this round, stop by stop: whose they are, and what is still to be paid for these goods.
SELECT c.bring_stop AS position, g.id AS "order Id", g.code, g.currency, g.payment, coalesce(k.name, '') AS "guest Text", coalesce(k.phone, '') AS "guest_phone Text",
       coalesce(p.name, '') AS "buyer Text", coalesce(p.phone, '') AS "buyer_phone Text", s.total
  FROM consignment c JOIN consignment_part cp ON cp.consignment = c.id JOIN seller_order s ON s.id = cp.seller_order
  JOIN order_group g ON g.id = s.order_group LEFT JOIN order_contact k ON k.order_group = g.id LEFT JOIN person p ON p.id = g.buyer
 WHERE c.round = :round AND s.placement NOT IN ('cancelled', 'expired') ORDER BY c.bring_stop, g.code, g.id, s.id LIMIT 20000;

-- round_phone_list(round Id, now Time) -> many RoundPhone
-- Whom to call at each stop: those who sell there, else who packs, plans or runs the place.
SELECT s.position, p.name, p.phone AS "phone Text"
  FROM round_stop s LEFT JOIN pickup k ON k.id = s.place JOIN role_grant g ON g.org = coalesce(k.org, s.place) JOIN person p ON p.id = g.person
 WHERE s.round = :round AND g.role IN ('seller', 'packer', 'dispatcher', 'admin') AND (g.until IS NULL OR g.until > :now)
   AND p.state = 'active' AND p.phone <> ''
 ORDER BY s.position, CASE g.role WHEN 'seller' THEN 0 WHEN 'packer' THEN 1 WHEN 'dispatcher' THEN 2 ELSE 3 END, g.since, p.id LIMIT 5000;

-- ---- drivers' reports ----

-- round_report_add(device Text, seq Int, stop Id, verb Text, person Id, said_at Time, now Time) -> count
INSERT INTO round_report (device, seq, stop, verb, person, said_at, at) VALUES (:device, :seq, :stop, :verb, :person, :said_at, :now)
ON CONFLICT (device, seq) DO NOTHING;

-- round_report_forget(person Id) -> count
UPDATE round_report SET person = 0 WHERE person = :person;

-- round_driver_forget(person Id) -> count
UPDATE round SET driver = NULL WHERE driver = :person;

-- vehicle_driver_forget(person Id) -> count
UPDATE vehicle SET driver = NULL WHERE driver = :person;

-- ---- checks ----

-- round_check_stops() -> many RoundCheck
-- Rounds whose stops do not carry what their consignments say, or whose positions have gaps.
SELECT r.id, coalesce(s.stops, 0) AS "stops Int", coalesce(s.last, 0) AS "last Int", coalesce(s.fetched, 0) AS "fetched Int",
       coalesce(s.brought, 0) AS "brought Int", coalesce(c.grams, 0) AS "grams Int", coalesce(c.going, 0) AS "going Int"
  FROM round r
  LEFT JOIN (SELECT round, count(*) AS stops, max(position) AS last, sum(CASE kind WHEN 'collect' THEN grams ELSE 0 END) AS fetched,
                    sum(CASE kind WHEN 'deliver' THEN grams ELSE 0 END) AS brought FROM round_stop GROUP BY round) s ON s.round = r.id
  LEFT JOIN (SELECT round, sum(grams) AS grams, sum(CASE WHEN bring_stop > 0 THEN grams ELSE 0 END) AS going FROM consignment WHERE round IS NOT NULL GROUP BY round) c ON c.round = r.id
 ORDER BY r.id LIMIT 100000;
