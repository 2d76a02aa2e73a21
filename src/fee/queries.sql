-- Everything about fees and discounts that is asked of the database.

-- fee_rule_insert(id Id, receiver Id, seller Id?, kind Text, label Text, payer Text, base Text, rate Int, tax_ppm Int, now Time) -> done
INSERT INTO fee_rule (id, receiver, seller, kind, label, payer, base, rate, tax_ppm, position, made_at, ended_at)
VALUES (:id, :receiver, :seller, :kind, :label, :payer, :base, :rate, :tax_ppm,
        (SELECT coalesce(max(r.position), 0) + 1 FROM fee_rule r), :now, NULL);

-- fee_rule_end(id Id, now Time) -> count
UPDATE fee_rule SET ended_at = :now WHERE id = :id AND ended_at IS NULL;

-- fee_rules_now(now Time) -> many FeeRow
SELECT id AS "id Id", receiver AS "receiver Id", coalesce(seller, 0) AS "seller Id", kind AS "kind Text", label AS "label Text",
       payer AS "payer Text", base AS "base Text", rate AS "rate Int", tax_ppm AS "tax_ppm Int", position AS "position Int"
  FROM fee_rule WHERE ended_at IS NULL
UNION ALL
SELECT 0, 0, 0, '', '', '', '', count(*), 0, 0 FROM discount WHERE valid_to IS NULL OR valid_to > :now
 ORDER BY 10, 1 LIMIT 101;

-- fee_rule_list() -> many FeeRuleRow
SELECT r.id, r.receiver, r.seller, r.kind, r.label, r.payer, r.base, r.rate, r.tax_ppm, r.made_at, r.ended_at, g.name AS receiver_name,
       coalesce(s.name, '') AS "seller_name Text"
  FROM fee_rule r
  JOIN org g ON g.id = r.receiver
  LEFT JOIN org s ON s.id = r.seller
 ORDER BY CASE WHEN r.ended_at IS NULL THEN 0 ELSE 1 END, r.position, r.id LIMIT 200;

-- ---- discounts ----

-- discount_insert(id Id, org Id, seller Id?, label Text, code Text, tag Text, base Text, rate Int, min_goods Money, budget Money?, uses_max Int?, person_max Int?, valid_from Time, valid_to Time?, now Time) -> done
INSERT INTO discount (id, org, seller, label, code, tag, base, rate, min_goods, budget, spent, uses_max, uses, person_max, valid_from,
                      valid_to, made_at)
VALUES (:id, :org, :seller, :label, :code, :tag, :base, :rate, :min_goods, :budget, 0, :uses_max, 0, :person_max, :valid_from, :valid_to, :now);

-- discount_tier_insert(discount Id, from_goods Money, rate Int) -> done
INSERT INTO discount_tier (discount, from_goods, rate) VALUES (:discount, :from_goods, :rate);

-- discount_end(id Id, now Time) -> count
UPDATE discount SET valid_to = :now WHERE id = :id AND (valid_to IS NULL OR valid_to > :now);

-- discount_code_taken(code Text) -> one FeeCount
SELECT count(*) AS "total Int" FROM discount WHERE code = :code AND valid_to IS NULL;

-- discounts_held(buyer Id, code Text, now Time) -> many Discount
SELECT d.id, d.org, d.seller, d.label, d.code, d.tag, d.base, d.rate, d.min_goods, d.budget, d.spent, d.uses_max, d.uses, d.person_max,
       coalesce(p.uses, 0) AS "person_uses Int"
  FROM discount d
  LEFT JOIN discount_person p ON p.discount = d.id AND p.person = :buyer
 WHERE d.valid_from <= :now AND (d.valid_to IS NULL OR d.valid_to > :now) AND (d.code = '' OR d.code = :code)
   AND (d.tag = '' OR EXISTS (SELECT 1 FROM buyer_tag t WHERE t.org = d.org AND t.person = :buyer AND t.tag = d.tag))
 ORDER BY d.id LIMIT 200;

-- discount_tiers_held(now Time) -> many DiscountTierRow
SELECT t.discount, t.from_goods, t.rate FROM discount_tier t JOIN discount d ON d.id = t.discount
 WHERE d.valid_to IS NULL OR d.valid_to > :now ORDER BY t.discount, t.from_goods LIMIT 2000;

-- discount_list(now Time) -> many DiscountRow
SELECT d.id, d.org, d.seller, d.label, d.code, d.tag, d.base, d.rate, d.min_goods, d.budget, d.spent, d.uses_max, d.uses, d.person_max,
       d.valid_from, d.valid_to, g.name AS org_name
  FROM discount d JOIN org g ON g.id = d.org
 WHERE d.valid_to IS NULL OR d.valid_to > :now ORDER BY d.id DESC LIMIT 200;

-- discount_by_id(id Id) -> maybe DiscountOwner
SELECT id, org FROM discount WHERE id = :id;

-- discount_spend(id Id, amount Money) -> count
UPDATE discount SET spent = spent + :amount, uses = uses + 1
 WHERE id = :id AND (budget IS NULL OR spent + :amount <= budget) AND (uses_max IS NULL OR uses < uses_max);

-- discount_unspend(id Id, amount Money) -> count
UPDATE discount SET spent = spent - :amount, uses = uses - 1 WHERE id = :id;

-- discount_person_row(discount Id, person Id) -> done
INSERT INTO discount_person (discount, person, uses) VALUES (:discount, :person, 0) ON CONFLICT (discount, person) DO NOTHING;

-- discount_person_spend(discount Id, person Id) -> count
UPDATE discount_person SET uses = uses + 1
 WHERE discount = :discount AND person = :person
   AND uses < (SELECT coalesce(d.person_max, 1000000000) FROM discount d WHERE d.id = :discount);

-- discount_person_unspend(discount Id, person Id) -> count
UPDATE discount_person SET uses = uses - 1 WHERE discount = :discount AND person = :person AND uses > 0;

-- discount_use_put(discount Id, order_group Id, person Id?, amount Money) -> done
INSERT INTO discount_use (discount, order_group, person, amount, live) VALUES (:discount, :order_group, :person, :amount, 1);

-- discount_use_live(discount Id, order_group Id, live Bool) -> count
UPDATE discount_use SET live = :live WHERE discount = :discount AND order_group = :order_group AND live <> :live;

-- discount_uses(order_group Id) -> many DiscountUse
SELECT u.discount, u.order_group, u.person, u.amount, u.live FROM discount_use u WHERE u.order_group = :order_group ORDER BY u.discount;

-- discount_uses_forget(person Id) -> done
UPDATE discount_use SET person = NULL WHERE person = :person;

-- discount_persons_forget(person Id) -> done
DELETE FROM discount_person WHERE person = :person;

-- verify_discounts() -> each DiscountSums
SELECT d.id, d.spent, d.uses, coalesce(u.amount, 0) AS "taken Money", coalesce(u.uses, 0) AS "orders Int"
  FROM discount d
  LEFT JOIN (SELECT discount, sum(amount) AS amount, count(*) AS uses FROM discount_use WHERE live = 1 GROUP BY discount) u ON u.discount = d.id;

-- ---- tags ----

-- buyer_tag_insert(org Id, person Id, tag Text, now Time) -> count
INSERT INTO buyer_tag (org, person, tag, made_at) VALUES (:org, :person, :tag, :now) ON CONFLICT (org, person, tag) DO NOTHING;

-- buyer_tag_drop(org Id, person Id, tag Text) -> count
DELETE FROM buyer_tag WHERE org = :org AND person = :person AND tag = :tag;

-- buyer_tags_forget(person Id) -> done
DELETE FROM buyer_tag WHERE person = :person;

-- buyer_tag_list(org Id) -> many BuyerTag
SELECT t.person, t.tag, p.name FROM buyer_tag t JOIN person p ON p.id = t.person WHERE t.org = :org ORDER BY t.tag, p.name LIMIT 500;

-- fee_org_list() -> many FeeOrg
SELECT id, name FROM org ORDER BY name, id LIMIT 500;
