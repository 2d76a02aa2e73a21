-- goods_out(org Id, lang Text, product Id, variant Id, offer Id, open Bool) -> each GoodOut
SELECT p.id AS "product Id", p.org AS "producer Id", p.state AS "state Text", p.season_months AS "season_months Int",
       coalesce(p.keeps_days, 0) AS "keeps_days Int", coalesce(p.dfc_type, c.dfc_type, '') AS "dfc_type Text",
       c.slug AS "category_slug Text", coalesce(ct.name, c.slug) AS "category Text",
       own.lang AS "own_lang Text", own.name AS "own_name Text", own.story AS "own_story Text",
       coalesce(t.name, own.name) AS "name Text", coalesce(t.story, own.story) AS "story Text",
       v.id AS "variant Id", v.position AS "position Int", coalesce(v.sku, '') AS "sku Text", coalesce(v.gtin, '') AS "gtin Text",
       v.sold_unit AS "sold_unit Text", v.sold_scale AS "sold_scale Int", v.step AS "step Int", v.min_steps AS "min_steps Int",
       coalesce(v.max_steps, 0) AS "max_steps Int", v.priced_unit AS "priced_unit Text", v.priced_scale AS "priced_scale Int",
       coalesce(v.nominal_priced_steps, 0) AS "nominal Int", v.tolerance_ppm AS "tolerance_ppm Int", v.tare_steps AS "tare_steps Int",
       coalesce(v.content_unit, '') AS "content_unit Text", coalesce(v.content_milli, 0) AS "content_milli Int",
       coalesce(vt.pack, (SELECT x.pack FROM variant_text x WHERE x.variant = v.id AND x.lang = p.lang), '') AS "pack Text",
       o.id AS "offer Id", o.org AS "seller Id", o.state AS "offer_state Text", g.name AS "seller_name Text", g.slug AS "seller_slug Text",
       coalesce(pt.name, g.name) AS "producer_name Text",
       (SELECT a.amount FROM price a WHERE a.offer = o.id AND a.tag = '' AND a.channel = '' AND a.min_steps = 0 AND a.valid_to IS NULL)
         AS "price Money?",
       coalesce((SELECT sum(s.on_hand) FROM stock s WHERE s.variant = v.id AND s.place = o.place), 0) AS "on_hand Int",
       coalesce((SELECT sum(s.reserved) FROM stock s WHERE s.variant = v.id AND s.place = o.place), 0) AS "reserved Int",
       coalesce((SELECT max(s.oversell) FROM stock s WHERE s.variant = v.id AND s.place = o.place), 0) AS "oversell Bool",
       coalesce((SELECT m.media FROM product_photo m WHERE m.product = p.id AND m.position = 0), '') AS "photo Text",
       (SELECT count(*) FROM variant w JOIN offer q ON q.variant = w.id AND q.org = o.org WHERE w.product = p.id AND w.state = 'live' AND q.state <> 'closed') AS "sisters Int"
  FROM offer o
  JOIN variant v ON v.id = o.variant
  JOIN product p ON p.id = o.product
  JOIN category c ON c.id = p.category
  JOIN org g ON g.id = o.org
  JOIN product_text own ON own.product = p.id AND own.lang = p.lang
  LEFT JOIN product_text t ON t.product = p.id AND t.lang = :lang
  LEFT JOIN category_text ct ON ct.category = c.id AND ct.lang = 'en'
  LEFT JOIN variant_text vt ON vt.variant = v.id AND vt.lang = :lang
  LEFT JOIN producer_text pt ON pt.org = p.org AND pt.lang = :lang
 WHERE (:org = 0 OR o.org = :org) AND p.state <> 'withdrawn' AND v.state = 'live' AND o.state <> 'closed'
   AND (:product = 0 OR p.id = :product) AND (:variant = 0 OR v.id = :variant) AND (:offer = 0 OR o.id = :offer) AND (:open = 0 OR (p.state = 'live' AND o.state = 'open'))
 ORDER BY o.org, p.id, v.position, v.id;

-- product_texts_out(product Id) -> many TextOut
SELECT lang, name, story FROM product_text WHERE product = :product ORDER BY lang;

-- variant_texts_out(variant Id) -> many TextOut
SELECT lang, pack AS "name Text", '' AS "story Text" FROM variant_text WHERE variant = :variant ORDER BY lang;

-- category_of_type(dfc_type Text) -> maybe CategoryOf
SELECT min(slug) AS "slug Text" FROM category WHERE dfc_type = :dfc_type HAVING count(*) > 0;

-- orgs_out(org Id) -> many OrgOut
SELECT g.id AS "id Id", g.kind AS "kind Text", g.slug AS "slug Text", g.name AS "name Text", g.place AS "place Text", g.story AS "story Text"
  FROM org g WHERE (:org = 0 OR g.id = :org) AND EXISTS (SELECT 1 FROM offer o WHERE o.org = g.id) ORDER BY g.id;

-- product_of_org(id Id, org Id) -> maybe ProductHere
SELECT id FROM product WHERE id = :id AND org = :org;

-- ---- other platforms ----

-- part platform
SELECT id, org, name, url, takes, by_person, asked_at, read_at, said, made, changed, refused FROM dfc_platform

-- platform_list(org Id) -> many Platform
{platform} WHERE org = :org ORDER BY name LIMIT 100;

-- platform_named(org Id, name Text) -> maybe Platform
{platform} WHERE org = :org AND name = :name;

-- platform_count(org Id) -> one PlatformCount
SELECT count(*) AS "platforms Int" FROM dfc_platform WHERE org = :org;

-- platform_add(id Id, org Id, name Text, url Text, takes Bool, by_person Id, asked_at Time?) -> done
INSERT INTO dfc_platform (id, org, name, url, takes, by_person, asked_at, read_at, said, made, changed, refused)
VALUES (:id, :org, :name, :url, :takes, :by_person, :asked_at, NULL, '', 0, 0, 0);

-- platform_change(id Id, url Text, takes Bool, by_person Id, asked_at Time?) -> count
UPDATE dfc_platform SET url = :url, takes = :takes, by_person = :by_person, asked_at = :asked_at WHERE id = :id;

-- platform_refresh(org Id, url Text, now Time) -> count
-- Asked twice before it was read: once is enough.
UPDATE dfc_platform SET asked_at = coalesce(asked_at, :now) WHERE org = :org AND url = :url AND takes = 1;

-- platform_due(before Time) -> many Platform
-- Who was asked for, then who was not read for long; one at a time.
{platform} WHERE takes = 1 AND (asked_at IS NOT NULL OR read_at < :before)
 ORDER BY CASE WHEN asked_at IS NULL THEN 1 ELSE 0 END, asked_at, read_at LIMIT 1;

-- platform_read(id Id, now Time, said Text, made Int, changed Int, refused Int) -> count
UPDATE dfc_platform SET asked_at = NULL, read_at = :now, said = :said, made = :made, changed = :changed, refused = :refused WHERE id = :id;
