-- Everything pay asks the database. Balances it asks the ledger for.

-- ---- orders that are paid from a wallet ----

-- pay_order_of_part(part Id) -> maybe PayOrder
SELECT s.id AS part, s.order_group, s.org, s.goods, s.charges, s.total, s.placement, coalesce(g.buyer, 0) AS "buyer Id",
       g.payment_method, g.code, k.org AS "place_org Id"
  FROM seller_order s JOIN order_group g ON g.id = s.order_group JOIN pickup k ON k.id = g.pickup WHERE s.id = :part;

-- pay_part_insert(part Id, order_group Id, org Id, buyer Id, account Id, till Id, now Time) -> done
INSERT INTO pay_part (part, order_group, org, buyer, account, till, state, round, funded, seller, others, tax, refunded, due_at, changed_at)
VALUES (:part, :order_group, :org, :buyer, :account, :till, 'held', 0, 0, 0, 0, 0, 0, NULL, :now);

-- pay_part_by_id(part Id) -> maybe PayPart
SELECT part, order_group, org, buyer, account, till, state, round, funded, seller, others, tax, refunded, due_at, changed_at
  FROM pay_part WHERE part = :part;

-- pay_parts_of_order(order_group Id) -> many PayPart
SELECT part, order_group, org, buyer, account, till, state, round, funded, seller, others, tax, refunded, due_at, changed_at
  FROM pay_part WHERE order_group = :order_group ORDER BY part;

-- pay_parts_of_org(org Id, before Id, limit Int) -> many PayPart
SELECT part, order_group, org, buyer, account, till, state, round, funded, seller, others, tax, refunded, due_at, changed_at
  FROM pay_part WHERE org = :org AND part < :before ORDER BY part DESC LIMIT :limit;

-- pay_parts_due(now Time, limit Int) -> many PayPart
SELECT part, order_group, org, buyer, account, till, state, round, funded, seller, others, tax, refunded, due_at, changed_at
  FROM pay_part WHERE state = 'due' AND due_at <= :now ORDER BY due_at LIMIT :limit;

-- pay_part_put(part Id, was Text, state Text, round Int, funded Money, seller Money, others Money, tax Money, refunded Money, due_at Time?, now Time) -> count
UPDATE pay_part SET state = :state, round = :round, funded = :funded, seller = :seller, others = :others, tax = :tax, refunded = :refunded,
       due_at = :due_at, changed_at = :now
 WHERE part = :part AND state = :was;

-- pay_escrow_sums(after Id, limit Int) -> many PayEscrowSum
SELECT p.order_group, p.account, count(*) AS "parts Int", sum(p.funded - p.seller - p.others - p.tax - p.refunded) AS "rest Money",
       coalesce(sum(CASE WHEN p.state IN ('released', 'refunded') THEN 0 ELSE 1 END), 0) AS "open Int"
  FROM pay_part p WHERE p.order_group > :after GROUP BY p.order_group, p.account ORDER BY p.order_group LIMIT :limit;

-- pay_parts_wrong() -> many PayPartWrong
SELECT s.id AS part, s.placement, coalesce(p.state, '') AS "state Text"
  FROM order_group g JOIN seller_order s ON s.order_group = g.id LEFT JOIN pay_part p ON p.part = s.id
 WHERE (g.payment_method = 'wallet' AND p.part IS NULL)
    OR (p.part IS NOT NULL
        AND ((p.till = 0 AND s.placement IN ('placed', 'confirmed') AND p.state NOT IN ('held', 'disputed'))
        OR (p.till <> 0 AND s.placement IN ('placed', 'confirmed') AND p.state <> 'refunded')
        OR (s.placement IN ('cancelled', 'expired') AND p.state <> 'refunded')
        OR (s.placement = 'completed' AND p.state NOT IN ('due', 'disputed', 'released'))))
 ORDER BY s.id LIMIT 100;

-- ---- disputes ----

-- pay_dispute_insert(id Id, part Id, buyer Id, words Text, now Time) -> done
INSERT INTO pay_dispute (id, part, buyer, words, answer, state, refund, proposed_by, ruled_by, made_at, changed_at)
VALUES (:id, :part, :buyer, :words, '', 'open', 0, NULL, NULL, :now, :now);

-- pay_dispute_by_id(id Id) -> maybe PayDispute
SELECT d.id, d.part, d.buyer, d.words, d.answer, d.state, d.refund, d.proposed_by, d.ruled_by, d.made_at, p.order_group, p.org, p.funded
  FROM pay_dispute d JOIN pay_part p ON p.part = d.part WHERE d.id = :id;

-- pay_dispute_of_part(part Id) -> many PayDispute
SELECT d.id, d.part, d.buyer, d.words, d.answer, d.state, d.refund, d.proposed_by, d.ruled_by, d.made_at, p.order_group, p.org, p.funded
  FROM pay_dispute d JOIN pay_part p ON p.part = d.part WHERE d.part = :part ORDER BY d.id DESC;

-- pay_disputes_open() -> many PayDispute
SELECT d.id, d.part, d.buyer, d.words, d.answer, d.state, d.refund, d.proposed_by, d.ruled_by, d.made_at, p.order_group, p.org, p.funded
  FROM pay_dispute d JOIN pay_part p ON p.part = d.part WHERE d.state IN ('open', 'proposed') ORDER BY d.id LIMIT 100;

-- pay_dispute_put(id Id, was Text, state Text, refund Money, proposed_by Id?, ruled_by Id?, now Time) -> count
UPDATE pay_dispute SET state = :state, refund = :refund, proposed_by = :proposed_by, ruled_by = :ruled_by, changed_at = :now
 WHERE id = :id AND state = :was;

-- pay_dispute_answer(id Id, answer Text, now Time) -> count
UPDATE pay_dispute SET answer = :answer, changed_at = :now WHERE id = :id AND state IN ('open', 'proposed');

-- pay_dispute_forget(buyer Id, now Time) -> count
UPDATE pay_dispute SET words = '', answer = '', changed_at = :now WHERE buyer = :buyer;

-- ---- tills ----

-- pay_till_insert(id Id, name Text, agent Id, account Id, most Money, per_person Money, now Time) -> done
INSERT INTO pay_till (id, name, agent, account, most, per_person, open, made_at)
VALUES (:id, :name, :agent, :account, :most, :per_person, 1, :now);

-- pay_till_by_id(id Id) -> maybe PayTill
SELECT id, name, agent, account, most, per_person, open FROM pay_till WHERE id = :id;

-- pay_till_of_agent(agent Id) -> maybe PayTill
SELECT id, name, agent, account, most, per_person, open FROM pay_till WHERE agent = :agent AND open = 1;

-- pay_till_list() -> many PayTill
SELECT id, name, agent, account, most, per_person, open FROM pay_till WHERE open = 1 ORDER BY id;

-- pay_till_put(id Id, name Text, most Money, per_person Money, open Bool) -> count
UPDATE pay_till SET name = :name, most = :most, per_person = :per_person, open = :open WHERE id = :id;

-- pay_count_insert(id Id, till Id, expected Money, counted Money, by Id, witness Id, note Text, now Time) -> done
INSERT INTO pay_count (id, till, expected, counted, by, witness, note, at)
VALUES (:id, :till, :expected, :counted, :by, :witness, :note, :now);

-- pay_count_last(till Id) -> maybe PayCount
SELECT id, till, expected, counted, by, witness, note, at FROM pay_count WHERE till = :till ORDER BY id DESC LIMIT 1;

-- ---- people, for those who take their money ----

-- pay_member_find(words Text) -> many PayMember
SELECT id, name FROM person
 WHERE state = 'active' AND (sign_key = :words OR phone_tail = :words OR lower(name) = :words OR phone = :words) ORDER BY id LIMIT 5;

-- pay_member(id Id) -> maybe PayMember
SELECT id, name FROM person WHERE id = :id AND state = 'active';

-- ---- payouts ----

-- pay_destination_insert(id Id, person Id?, org Id?, rail Text, name Text, number Text, bank Text, now Time) -> done
INSERT INTO pay_destination (id, person, org, rail, name, number, bank, made_at, gone_at)
VALUES (:id, :person, :org, :rail, :name, :number, :bank, :now, NULL);

-- pay_destination_drop(person Id, org Id, now Time) -> count
UPDATE pay_destination SET gone_at = :now WHERE gone_at IS NULL AND coalesce(person, 0) = :person AND coalesce(org, 0) = :org;

-- pay_destination_of(person Id, org Id) -> maybe PayDestination
SELECT id, person, org, rail, name, number, bank FROM pay_destination
 WHERE gone_at IS NULL AND coalesce(person, 0) = :person AND coalesce(org, 0) = :org;

-- pay_destination_by_id(id Id) -> maybe PayDestination
SELECT id, person, org, rail, name, number, bank FROM pay_destination WHERE id = :id;

-- pay_destinations() -> many PayDestination
SELECT id, person, org, rail, name, number, bank FROM pay_destination WHERE gone_at IS NULL ORDER BY id LIMIT 10000;

-- pay_destination_forget(person Id, now Time) -> count
UPDATE pay_destination SET name = '', number = '', bank = '', gone_at = coalesce(gone_at, :now) WHERE person = :person;

-- pay_batch_insert(id Id, rail Text, made_by Id, pay_on Date, now Time) -> done
INSERT INTO pay_batch (id, rail, state, made_by, approved_by, pay_on, made_at, changed_at)
VALUES (:id, :rail, 'draft', :made_by, NULL, :pay_on, :now, :now);

-- pay_batch_by_id(id Id) -> maybe PayBatch
SELECT id, rail, state, made_by, approved_by, pay_on, made_at, changed_at FROM pay_batch WHERE id = :id;

-- pay_batch_list(limit Int) -> many PayBatch
SELECT id, rail, state, made_by, approved_by, pay_on, made_at, changed_at FROM pay_batch ORDER BY id DESC LIMIT :limit;

-- pay_batch_put(id Id, was Text, state Text, approved_by Id?, now Time) -> count
UPDATE pay_batch SET state = :state, approved_by = :approved_by, changed_at = :now WHERE id = :id AND state = :was;

-- pay_payout_insert(id Id, batch Id, account Id, person Id?, org Id?, destination Id, amount Money, now Time) -> done
INSERT INTO pay_payout (id, batch, account, person, org, destination, amount, state, reason, changed_at)
VALUES (:id, :batch, :account, :person, :org, :destination, :amount, 'draft', '', :now);

-- pay_payout_by_id(id Id) -> maybe PayPayout
SELECT p.id, p.batch, p.account, p.person, p.org, p.destination, p.amount, p.state, p.reason, d.name, d.number, d.bank, d.rail
  FROM pay_payout p JOIN pay_destination d ON d.id = p.destination WHERE p.id = :id;

-- pay_payouts_of_batch(batch Id) -> many PayPayout
SELECT p.id, p.batch, p.account, p.person, p.org, p.destination, p.amount, p.state, p.reason, d.name, d.number, d.bank, d.rail
  FROM pay_payout p JOIN pay_destination d ON d.id = p.destination WHERE p.batch = :batch ORDER BY p.id;

-- pay_payouts_in(state Text, limit Int) -> many PayPayout
SELECT p.id, p.batch, p.account, p.person, p.org, p.destination, p.amount, p.state, p.reason, d.name, d.number, d.bank, d.rail
  FROM pay_payout p JOIN pay_destination d ON d.id = p.destination WHERE p.state = :state ORDER BY p.id LIMIT :limit;

-- pay_payout_put(id Id, was Text, state Text, reason Text, now Time) -> count
UPDATE pay_payout SET state = :state, reason = :reason, changed_at = :now WHERE id = :id AND state = :was;

-- pay_payouts_left(batch Id) -> one PayCountOf
SELECT count(*) AS "total Int" FROM pay_payout WHERE batch = :batch AND state IN ('draft', 'sent', 'unknown', 'paid');

-- pay_payout_sums() -> one PaySum
SELECT coalesce(sum(amount), 0) AS "sum Money" FROM pay_payout WHERE state = 'paid';

-- ---- pages ----

-- pay_order_look(order_group Id) -> maybe PayOrderLook
SELECT id, secret, coalesce(buyer, 0) AS "buyer Id", code, total, payment_method, open FROM order_group WHERE id = :order_group;

-- pay_orders_of_code(code Text) -> many PayOrderLook
SELECT id, secret, coalesce(buyer, 0) AS "buyer Id", code, total, payment_method, open FROM order_group
 WHERE code = :code AND open = 1 ORDER BY id DESC LIMIT 2;

-- pay_earned_rows(org Id, before Id, limit Int) -> many PayEarned
SELECT p.part, p.state, p.funded, p.seller, p.others, p.tax, p.refunded, p.changed_at, g.code
  FROM pay_part p JOIN order_group g ON g.id = p.order_group
 WHERE p.org = :org AND p.part < :before ORDER BY p.part DESC LIMIT :limit;

-- pay_held_for(org Id) -> one PaySum
SELECT coalesce(sum(funded - refunded), 0) AS "sum Money" FROM pay_part WHERE org = :org AND state IN ('held', 'due', 'disputed');

-- pay_due_by_rail() -> one PayCountOf
SELECT count(*) AS "total Int" FROM pay_destination WHERE gone_at IS NULL AND org IS NOT NULL;

-- ---- statements ----

-- pay_lines_open_count() -> one PayCountOf
SELECT count(*) AS "total Int" FROM pay_line WHERE state = 'open';

-- pay_line_put(id Id, source Text, line_key Text, occurrence Int, import Id, booked_on Date, amount Money, bank_ref Text, end_to_end Text, party Text, account Text, words Text, told Int, now Time) -> count
INSERT INTO pay_line (id, source, line_key, occurrence, import, booked_on, amount, bank_ref, end_to_end, party, account, words, told, state, round, what, subject, by, changed_at)
VALUES (:id, :source, :line_key, :occurrence, :import, :booked_on, :amount, :bank_ref, :end_to_end, :party, :account, :words, :told, 'open', 0, '', NULL, NULL, :now)
ON CONFLICT (source, line_key, occurrence) DO NOTHING;

-- pay_line_by_id(id Id) -> maybe PayLine
SELECT id, source, booked_on, amount, bank_ref, end_to_end, party, account, words, state, round, what, told, coalesce(subject, 0) AS "subject Id"
  FROM pay_line WHERE id = :id;

-- pay_lines_in(state Text, limit Int) -> many PayLine
SELECT id, source, booked_on, amount, bank_ref, end_to_end, party, account, words, state, round, what, told, coalesce(subject, 0) AS "subject Id"
  FROM pay_line WHERE state = :state ORDER BY changed_at DESC, booked_on, id LIMIT :limit;

-- pay_lines_of_import(import Id) -> many PayLine
SELECT id, source, booked_on, amount, bank_ref, end_to_end, party, account, words, state, round, what, told, coalesce(subject, 0) AS "subject Id"
  FROM pay_line WHERE import = :import ORDER BY id;

-- pay_lines_of_number(source Text, bank_ref Text) -> many PayLine
SELECT id, source, booked_on, amount, bank_ref, end_to_end, party, account, words, state, round, what, told, coalesce(subject, 0) AS "subject Id"
  FROM pay_line WHERE source = :source AND bank_ref = :bank_ref AND amount > 0 ORDER BY id LIMIT 20;

-- pay_lines_unseen(limit Int) -> many PayLine
SELECT l.id, l.source, l.booked_on, l.amount, l.bank_ref, l.end_to_end, l.party, l.account, l.words, l.state, l.round, l.what, l.told, coalesce(l.subject, 0) AS "subject Id"
  FROM pay_line l
 WHERE l.told = 1 AND l.booked_on < (SELECT max(i.last_on) FROM pay_import i WHERE i.source = l.source AND i.hash <> 'told') ORDER BY l.booked_on, l.id LIMIT :limit;

-- pay_line_seen(id Id) -> count
UPDATE pay_line SET told = 2 WHERE id = :id AND told = 1;

-- pay_line_match(id Id, was Text, state Text, round Int, what Text, subject Id?, by Id?, now Time) -> count
UPDATE pay_line SET state = :state, round = :round, what = :what, subject = :subject, by = :by, changed_at = :now WHERE id = :id AND state = :was;

-- pay_line_sums() -> many PayLineSum
SELECT source, count(*) AS "lines Int", coalesce(sum(amount), 0) AS "sum Money" FROM pay_line WHERE state = 'matched' GROUP BY source ORDER BY source;

-- pay_import_insert(id Id, source Text, name Text, hash Text, lines Int, fresh Int, closing Money?, last_on Date, by Id, now Time) -> done
INSERT INTO pay_import (id, source, name, hash, lines, fresh, closing, last_on, by, at)
VALUES (:id, :source, :name, :hash, :lines, :fresh, :closing, :last_on, :by, :now);

-- pay_import_fresh(id Id, fresh Int) -> done
UPDATE pay_import SET fresh = :fresh WHERE id = :id;

-- pay_import_last(source Text) -> maybe PayImport
SELECT id, name, lines, fresh, closing, last_on, at FROM pay_import WHERE source = :source AND hash <> 'told' ORDER BY last_on DESC, id DESC LIMIT 1;

-- pay_import_told(source Text) -> maybe PayImport
SELECT id, name, lines, fresh, closing, last_on, at FROM pay_import WHERE source = :source AND hash = 'told';

-- pay_payouts_of_amount(amount Money, limit Int) -> many PayPayout
SELECT p.id, p.batch, p.account, p.person, p.org, p.destination, p.amount, p.state, p.reason, d.name, d.number, d.bank, d.rail
  FROM pay_payout p JOIN pay_destination d ON d.id = p.destination
 WHERE p.amount = :amount AND p.state IN ('sent', 'unknown', 'paid', 'reconciled') ORDER BY p.id DESC LIMIT :limit;

-- pay_profile_put(id Id, name Text, mapping Text, now Time) -> done
INSERT INTO pay_profile (id, name, mapping, made_at) VALUES (:id, :name, :mapping, :now);

-- pay_profile_drop(name Text) -> count
DELETE FROM pay_profile WHERE name = :name;

-- pay_profiles() -> many PayProfile
SELECT id, name, mapping FROM pay_profile ORDER BY name LIMIT 50;

-- pay_upload_insert(id Id, source Text, name Text, body Text, by Id, now Time) -> done
INSERT INTO pay_upload (id, source, name, body, by, at) VALUES (:id, :source, :name, :body, :by, :now);

-- pay_upload_by_id(id Id) -> maybe PayUpload
SELECT id, source, name, body FROM pay_upload WHERE id = :id;

-- pay_upload_drop(id Id, old Time) -> count
DELETE FROM pay_upload WHERE id = :id OR at < :old;

-- ---- mobile money ----

-- pay_call_insert(id Id, rail Text, direction Text, person Id?, payout Id?, phone Text, amount Money, now Time) -> done
INSERT INTO pay_call (id, rail, direction, person, payout, phone, amount, state, external, receipt, reason, tries, next_at, made_at, changed_at)
VALUES (:id, :rail, :direction, :person, :payout, :phone, :amount, 'new', '', '', '', 0, :now, :now, :now);

-- pay_call_by_id(id Id) -> maybe PayCall
SELECT id, rail, direction, coalesce(person, 0) AS "person Id", coalesce(payout, 0) AS "payout Id", phone, amount, state, external, receipt, reason, tries, next_at
  FROM pay_call WHERE id = :id;

-- pay_calls_due(rail Text, direction Text, now Time, limit Int) -> many PayCall
SELECT id, rail, direction, coalesce(person, 0) AS "person Id", coalesce(payout, 0) AS "payout Id", phone, amount, state, external, receipt, reason, tries, next_at
  FROM pay_call WHERE next_at IS NOT NULL AND next_at <= :now AND rail = :rail AND direction = :direction ORDER BY next_at, id LIMIT :limit;

-- pay_call_by_external(rail Text, external Text) -> many PayCall
SELECT id, rail, direction, coalesce(person, 0) AS "person Id", coalesce(payout, 0) AS "payout Id", phone, amount, state, external, receipt, reason, tries, next_at
  FROM pay_call WHERE rail = :rail AND external = :external ORDER BY id LIMIT 2;

-- pay_call_put(id Id, was Text, state Text, external Text, receipt Text, reason Text, tries Int, next_at Time?, now Time) -> count
UPDATE pay_call SET state = :state, external = :external, receipt = :receipt, reason = :reason, tries = :tries, next_at = :next_at, changed_at = :now
 WHERE id = :id AND state = :was;

-- pay_call_soon(id Id, now Time) -> count
UPDATE pay_call SET next_at = :now WHERE id = :id AND state <> 'new' AND (next_at IS NULL OR next_at > :now);

-- pay_rail_event_put(rail Text, hash Text, call Id?, now Time) -> done
INSERT INTO pay_rail_event (rail, hash, call, at, times) VALUES (:rail, :hash, :call, :now, 1)
ON CONFLICT (rail, hash) DO UPDATE SET times = pay_rail_event.times + 1;

-- pay_calls_late() -> one PayCountOf
SELECT count(*) AS "total Int" FROM pay_call WHERE state = 'late';

-- pay_calls_of(person Id, limit Int) -> many PayCallRow
SELECT c.id, c.rail, c.direction, coalesce(c.person, coalesce(p.person, 0)) AS "person Id", coalesce(p.org, 0) AS "org Id", c.phone, c.amount, c.state, c.reason,
       c.tries, c.next_at, c.made_at, c.changed_at
  FROM pay_call c LEFT JOIN pay_payout p ON p.id = c.payout WHERE c.person = :person ORDER BY c.id DESC LIMIT :limit;

-- pay_calls_open(limit Int) -> many PayCallRow
SELECT c.id, c.rail, c.direction, coalesce(c.person, coalesce(p.person, 0)) AS "person Id", coalesce(p.org, 0) AS "org Id", c.phone, c.amount, c.state, c.reason,
       c.tries, c.next_at, c.made_at, c.changed_at
  FROM pay_call c LEFT JOIN pay_payout p ON p.id = c.payout WHERE c.state IN ('new', 'submitted', 'pending', 'unknown', 'late') ORDER BY c.id DESC LIMIT :limit;

-- pay_calls_unknown_count() -> one PayCountOf
SELECT count(*) AS "total Int" FROM pay_call WHERE state IN ('unknown', 'late');

-- pay_calls_of_line(rail Text, amount Money, limit Int) -> many PayCallOfLine
SELECT c.id, coalesce(c.person, 0) AS "person Id", c.phone, c.state, c.receipt
  FROM pay_call c WHERE c.rail = :rail AND c.direction = 'in' AND c.amount = :amount
   AND (c.state IN ('succeeded', 'unknown', 'pending', 'submitted') OR (c.state = 'failed' AND c.reason = 'given up'))
   AND NOT EXISTS (SELECT 1 FROM pay_line l WHERE l.state = 'matched' AND l.what = 'call' AND l.subject = c.id)
 ORDER BY c.id DESC LIMIT :limit;

-- pay_payouts_of_person(person Id, limit Int) -> many PayPayout
SELECT p.id, p.batch, p.account, p.person, p.org, p.destination, p.amount, p.state, p.reason, d.name, d.number, d.bank, d.rail
  FROM pay_payout p JOIN pay_destination d ON d.id = p.destination WHERE p.person = :person ORDER BY p.id DESC LIMIT :limit;

-- pay_call_forget(person Id, now Time) -> count
UPDATE pay_call SET phone = '', changed_at = :now WHERE person = :person AND state IN ('succeeded', 'failed');
