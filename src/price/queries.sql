-- Special prices, tax inside prices, and tags of buyers.

-- price_offer(id Id, lang Text) -> maybe PriceOffer
SELECT o.id, o.product, o.org, v.sold_unit, v.sold_scale, v.step, v.priced_unit, coalesce(t.name, d.name) AS "title Text",
       coalesce(vt.pack, vd.pack, '') AS "pack Text", pr.amount AS "standard Money?", coalesce(x.tax_ppm, 0) AS "tax_ppm Int"
  FROM offer o JOIN variant v ON v.id = o.variant JOIN product p ON p.id = o.product
  JOIN product_text d ON d.product = p.id AND d.lang = p.lang
  LEFT JOIN product_text t ON t.product = p.id AND t.lang = :lang
  LEFT JOIN variant_text vd ON vd.variant = v.id AND vd.lang = p.lang
  LEFT JOIN variant_text vt ON vt.variant = v.id AND vt.lang = :lang
  LEFT JOIN price pr ON pr.offer = o.id AND pr.tag = '' AND pr.channel = '' AND pr.min_steps = 0 AND pr.valid_to IS NULL
  LEFT JOIN product_tax x ON x.product = o.product
 WHERE o.id = :id;

-- Those that hold beside the usual one.
-- price_special_list(offer Id) -> many PriceSpecial
SELECT id, tag, min_steps, amount, valid_from FROM price
 WHERE offer = :offer AND channel = '' AND valid_to IS NULL AND (tag <> '' OR min_steps > 0) ORDER BY tag, min_steps, id LIMIT 100;

-- What anybody pays who takes enough.
-- price_steps_of(product Id) -> many PriceStepRow
SELECT p.offer, p.min_steps, p.amount FROM offer o JOIN price p ON p.offer = o.id
 WHERE o.product = :product AND p.channel = '' AND p.tag = '' AND p.valid_to IS NULL AND p.min_steps > 0 ORDER BY p.offer, p.min_steps, p.id LIMIT 500;

-- price_special_end(offer Id, id Id, now Time) -> count
UPDATE price SET valid_to = :now WHERE id = :id AND offer = :offer AND valid_to IS NULL AND (tag <> '' OR min_steps > 0);

-- price_special_replace(offer Id, tag Text, min_steps Int, now Time) -> count
UPDATE price SET valid_to = :now WHERE offer = :offer AND tag = :tag AND channel = '' AND min_steps = :min_steps AND valid_to IS NULL;

-- price_special_put(id Id, offer Id, tag Text, min_steps Int, amount Money, now Time, actor Id) -> done
INSERT INTO price (id, offer, tag, channel, min_steps, amount, valid_from, valid_to, actor)
VALUES (:id, :offer, :tag, '', :min_steps, :amount, :now, NULL, :actor);

-- price_tax_put(product Id, tax_ppm Int) -> done
INSERT INTO product_tax (product, tax_ppm) VALUES (:product, :tax_ppm) ON CONFLICT (product) DO UPDATE SET tax_ppm = excluded.tax_ppm;

-- price_tax_drop(product Id) -> done
DELETE FROM product_tax WHERE product = :product;

-- ---- tags ----

-- price_tag_words(org Id) -> many PriceTag
SELECT tag, count(*) AS "people Int" FROM buyer_tag WHERE org = :org GROUP BY tag ORDER BY tag LIMIT 200;

-- price_tagged(org Id) -> many PriceTagged
SELECT t.tag, t.person, p.name FROM buyer_tag t JOIN person p ON p.id = t.person WHERE t.org = :org ORDER BY t.tag, p.name, t.person LIMIT 500;

-- Two rows: the name is not enough.
-- price_person(key Text, name Text) -> many PricePerson
SELECT id, name FROM person WHERE state = 'active' AND (sign_key = :key OR name = :name) ORDER BY id LIMIT 2;
