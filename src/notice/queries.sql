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
