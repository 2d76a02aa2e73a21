-- What people are told about their orders, and how they want to hear it.

-- part brief
SELECT n.id, n.event, n.order_group, n.amount, n.at, n.seen, g.code, g.currency, coalesce(t.name, o.name) AS "seller Text"
  FROM notice n JOIN order_group g ON g.id = n.order_group JOIN seller_order s ON s.id = n.seller_order JOIN org o ON o.id = s.org
  LEFT JOIN producer_text t ON t.org = o.id AND t.lang = :lang

-- notice_list(person Id, lang Text, limit Int) -> many NoticeRow
{brief} WHERE n.person = :person ORDER BY n.at DESC, n.id DESC LIMIT :limit;

-- notice_one(id Id, lang Text) -> maybe NoticeRow
{brief} WHERE n.id = :id;

-- notice_new(person Id) -> one NoticeCount
SELECT count(*) AS "total Int" FROM notice WHERE person = :person AND seen = 0;

-- notice_recent(person Id, since Time) -> one NoticeCount
SELECT count(*) AS "total Int" FROM notice WHERE person = :person AND at >= :since;

-- notice_waiting(person Id, part Id, event Text) -> maybe NoticeWaiting
SELECT id, at FROM notice WHERE seller_order = :part AND event = :event AND person = :person AND seen = 0 ORDER BY id DESC LIMIT 1;

-- notice_insert(id Id, person Id, event Text, part Id, order_group Id, amount Money, now Time, seen Bool) -> done
INSERT INTO notice (id, person, event, seller_order, order_group, amount, at, seen)
VALUES (:id, :person, :event, :part, :order_group, :amount, :now, :seen);

-- notice_again(id Id, amount Money, now Time) -> count
UPDATE notice SET amount = :amount, at = :now WHERE id = :id;

-- notice_read_all(person Id) -> count
UPDATE notice SET seen = 1 WHERE person = :person AND seen = 0;

-- notice_read_before(before Time) -> count
UPDATE notice SET seen = 1 WHERE at < :before AND seen = 0;

-- notice_drop_old(before Time) -> count
DELETE FROM notice WHERE at < :before;

-- notice_keep(person Id, keep Int) -> count
DELETE FROM notice WHERE person = :person AND id <= (SELECT coalesce(min(k.id), 0) FROM (SELECT m.id FROM notice m WHERE m.person = :person ORDER BY m.id DESC LIMIT 1 OFFSET :keep) k);

-- notice_drop_person(person Id) -> done
DELETE FROM notice WHERE person = :person;

-- Who did it: nobody is told of what they did themselves.
-- notice_actor(order_group Id) -> maybe NoticeActor
SELECT coalesce(actor, 0) AS "actor Id" FROM order_event WHERE order_group = :order_group ORDER BY seq DESC LIMIT 1;

-- notice_way_list(person Id) -> many NoticeWay
SELECT kind, way, wanted FROM notice_way WHERE person = :person ORDER BY kind, way;

-- notice_way_put(person Id, kind Text, way Text, wanted Bool) -> done
INSERT INTO notice_way (person, kind, way, wanted) VALUES (:person, :kind, :way, :wanted)
ON CONFLICT (person, kind, way) DO UPDATE SET wanted = excluded.wanted;

-- notice_way_drop_person(person Id) -> done
DELETE FROM notice_way WHERE person = :person;

-- ---- guests: they have no account, only a link, and what they left for this order ----

-- notice_guest_of(part Id, lang Text) -> maybe NoticeGuest
SELECT s.id AS seller_order, g.id AS order_group, g.secret, g.code, g.currency, g.lang, s.total AS amount, c.phone, c.email, coalesce(t.name, o.name) AS "seller Text"
  FROM seller_order s JOIN order_group g ON g.id = s.order_group JOIN order_contact c ON c.order_group = g.id JOIN org o ON o.id = s.org
  LEFT JOIN producer_text t ON t.org = o.id AND t.lang = :lang
 WHERE s.id = :part AND g.buyer IS NULL AND c.erased_at IS NULL;

-- notice_guest_told(part Id, event Text) -> maybe NoticeTold
SELECT at FROM notice_guest WHERE seller_order = :part AND event = :event;

-- notice_guest_tell(part Id, event Text, now Time) -> done
INSERT INTO notice_guest (seller_order, event, at) VALUES (:part, :event, :now) ON CONFLICT (seller_order, event) DO UPDATE SET at = excluded.at;

-- The first part stands for the whole order. Ids are minted in the order of time.
-- notice_guest_new(floor Id, since Time, limit Int) -> many NoticePart
SELECT min(s.id) AS "id Id" FROM order_group g JOIN seller_order s ON s.order_group = g.id
 WHERE g.id > :floor AND g.buyer IS NULL AND g.placed_at >= :since AND g.open = 1 AND g.channel IN ('shop', 'api')
   AND NOT EXISTS (SELECT 1 FROM seller_order x JOIN notice_guest n ON n.seller_order = x.id AND n.event = 'order.placed' WHERE x.order_group = g.id)
 GROUP BY g.id ORDER BY g.id LIMIT :limit;

-- notice_guest_drop_old(before Time) -> count
DELETE FROM notice_guest WHERE at < :before;
