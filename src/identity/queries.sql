-- Everything identity asks the database. Names of people leave this file only in rows that a page shows to somebody who may see them.

-- ---- people ----

-- person_by_id(id Id) -> maybe Person
SELECT id, state, sign_name, name, phone, email, lang, household, request, made_at, changed_at, leave_at
  FROM person WHERE id = :id;

-- person_by_sign_key(key Text) -> maybe Person
SELECT id, state, sign_name, name, phone, email, lang, household, request, made_at, changed_at, leave_at
  FROM person WHERE sign_key = :key;

-- person_list_by_email(key Text) -> many Person
SELECT id, state, sign_name, name, phone, email, lang, household, request, made_at, changed_at, leave_at
  FROM person WHERE email_key = :key AND state <> 'guest' AND state <> 'erased' ORDER BY id LIMIT 8;

-- person_list_by_phone(tail Text) -> many Person
SELECT id, state, sign_name, name, phone, email, lang, household, request, made_at, changed_at, leave_at
  FROM person WHERE phone_tail = :tail AND state <> 'guest' AND state <> 'erased' ORDER BY id LIMIT 8;

-- person_name_of(id Id) -> maybe PersonName
SELECT id, name, phone FROM person WHERE id = :id;

-- person_list_waiting() -> many Person
SELECT id, state, sign_name, name, phone, email, lang, household, request, made_at, changed_at, leave_at
  FROM person WHERE state = 'waiting' ORDER BY id LIMIT 100;

-- person_count_in_state(state Text) -> one Total
SELECT count(*) AS "total Int" FROM person WHERE state = :state;

-- person_list_in_state(state Text, before Id, limit Int) -> many Person
SELECT id, state, sign_name, name, phone, email, lang, household, request, made_at, changed_at, leave_at
  FROM person WHERE state = :state AND id < :before ORDER BY id DESC LIMIT :limit;

-- person_list_found(words Text, before Id, limit Int) -> many Person
SELECT id, state, sign_name, name, phone, email, lang, household, request, made_at, changed_at, leave_at
  FROM person WHERE search LIKE :words AND state <> 'guest' AND state <> 'erased' AND id < :before ORDER BY id DESC LIMIT :limit;

-- person_list_by_role(org Id, role Text, now Time, before Id, limit Int) -> many Person
SELECT p.id, p.state, p.sign_name, p.name, p.phone, p.email, p.lang, p.household, p.request, p.made_at, p.changed_at, p.leave_at
  FROM role_grant g JOIN person p ON p.id = g.person
 WHERE g.org = :org AND g.role = :role AND (g.until IS NULL OR g.until > :now) AND p.id < :before
 ORDER BY p.id DESC LIMIT :limit;

-- person_list_by_household(household Id) -> many PersonName
SELECT id, name, phone FROM person WHERE household = :household AND state <> 'erased' ORDER BY id LIMIT 50;

-- person_list_due(now Time) -> many PersonName
SELECT id, name, phone FROM person WHERE leave_at <= :now AND state = 'leaving' ORDER BY leave_at LIMIT 100;

-- person_insert(id Id, state Text, sign_name Text?, sign_key Text?, name Text, phone Text?, phone_tail Text?, email Text?, email_key Text?, lang Text, request Text?, search Text, now Time) -> done
INSERT INTO person (id, state, sign_name, sign_key, name, phone, phone_tail, email, email_key, lang, household, request, search, made_at, changed_at, leave_at)
VALUES (:id, :state, :sign_name, :sign_key, :name, :phone, :phone_tail, :email, :email_key, :lang, NULL, :request, :search, :now, :now, NULL);

-- person_change(id Id, sign_name Text?, sign_key Text?, name Text, phone Text?, phone_tail Text?, email Text?, email_key Text?, lang Text, search Text, now Time) -> count
UPDATE person SET sign_name = :sign_name, sign_key = :sign_key, name = :name, phone = :phone, phone_tail = :phone_tail,
       email = :email, email_key = :email_key, lang = :lang, search = :search, changed_at = :now
 WHERE id = :id AND state <> 'erased';

-- person_set_state(id Id, was Text, state Text, now Time) -> count
UPDATE person SET state = :state, request = NULL, leave_at = NULL, changed_at = :now WHERE id = :id AND state = :was;

-- person_set_leaving(id Id, leave_at Time, now Time) -> count
UPDATE person SET state = 'leaving', leave_at = :leave_at, changed_at = :now WHERE id = :id AND state = 'active';

-- person_set_lang(id Id, lang Text, now Time) -> count
UPDATE person SET lang = :lang, changed_at = :now WHERE id = :id;

-- person_set_household(id Id, household Id?, now Time) -> count
UPDATE person SET household = :household, changed_at = :now WHERE id = :id;

-- person_erase(id Id, now Time) -> count
UPDATE person SET state = 'erased', sign_name = NULL, sign_key = NULL, name = '', phone = NULL, phone_tail = NULL, email = NULL,
       email_key = NULL, lang = '', household = NULL, request = NULL, search = '', changed_at = :now, leave_at = NULL
 WHERE id = :id;

-- password_of(person Id) -> maybe Password
SELECT person, hash, made_at FROM password WHERE person = :person;

-- password_put(person Id, hash Text, now Time) -> done
INSERT INTO password (person, hash, made_at) VALUES (:person, :hash, :now)
ON CONFLICT (person) DO UPDATE SET hash = excluded.hash, made_at = excluded.made_at;

-- password_drop(person Id) -> done
DELETE FROM password WHERE person = :person;

-- ---- households ----

-- household_by_id(id Id) -> maybe Household
SELECT id, name FROM household WHERE id = :id;

-- household_insert(id Id, name Text, now Time) -> done
INSERT INTO household (id, name, made_at) VALUES (:id, :name, :now);

-- household_rename(id Id, name Text) -> count
UPDATE household SET name = :name WHERE id = :id;

-- ---- organisations and roles ----

-- org_by_id(id Id) -> maybe Org
SELECT id, kind, slug, name, place, story, langs, open, made_at FROM org WHERE id = :id;

-- org_by_slug(slug Text) -> maybe Org
SELECT id, kind, slug, name, place, story, langs, open, made_at FROM org WHERE slug = :slug;

-- org_list(limit Int) -> many Org
SELECT id, kind, slug, name, place, story, langs, open, made_at FROM org ORDER BY kind, name, id LIMIT :limit;

-- org_list_by_person(person Id, now Time) -> many Org
SELECT id, kind, slug, name, place, story, langs, open, made_at FROM org
 WHERE id IN (SELECT org FROM role_grant WHERE person = :person AND (until IS NULL OR until > :now)) ORDER BY kind, name, id LIMIT 100;

-- org_insert(id Id, kind Text, slug Text, name Text, place Text, story Text, langs Text, now Time) -> done
INSERT INTO org (id, kind, slug, name, place, story, langs, open, made_at, changed_at)
VALUES (:id, :kind, :slug, :name, :place, :story, :langs, 1, :now, :now);

-- org_change(id Id, name Text, place Text, story Text, langs Text, open Bool, now Time) -> count
UPDATE org SET name = :name, place = :place, story = :story, langs = :langs, open = :open, changed_at = :now WHERE id = :id;

-- grant_list_by_person(person Id, now Time) -> many GrantRow
SELECT g.id, g.person, g.org, g.role, g.since, g.until, o.name AS org_name
  FROM role_grant g JOIN org o ON o.id = g.org
 WHERE g.person = :person AND (g.until IS NULL OR g.until > :now) ORDER BY g.org, g.id LIMIT 200;

-- grant_list_by_org(org Id, now Time) -> many GrantPerson
SELECT g.person, g.role, g.since, g.until, p.name AS person_name, p.state AS person_state
  FROM role_grant g JOIN person p ON p.id = g.person
 WHERE g.org = :org AND (g.until IS NULL OR g.until > :now) AND g.role <> 'member' ORDER BY p.name, g.person, g.id LIMIT 500;

-- grant_roles_of(person Id, now Time) -> many GrantRole
SELECT org, role, until FROM role_grant WHERE person = :person AND (until IS NULL OR until > :now) ORDER BY org LIMIT 500;

-- grant_insert(id Id, person Id, org Id, role Text, since Time, until Time?, given_by Id?) -> done
INSERT INTO role_grant (id, person, org, role, since, until, given_by, ended_by)
VALUES (:id, :person, :org, :role, :since, :until, :given_by, NULL);

-- grant_end(person Id, org Id, role Text, ended_by Id?, now Time) -> count
UPDATE role_grant SET until = :now, ended_by = :ended_by
 WHERE person = :person AND org = :org AND role = :role AND (until IS NULL OR until > :now);

-- grant_end_all(person Id, ended_by Id?, now Time) -> count
UPDATE role_grant SET until = :now, ended_by = :ended_by WHERE person = :person AND (until IS NULL OR until > :now);

-- grant_count_admins(org Id, besides Id, now Time) -> one Total
SELECT count(*) AS "total Int" FROM role_grant g JOIN person p ON p.id = g.person
 WHERE g.org = :org AND g.role = 'admin' AND g.person <> :besides AND p.state = 'active' AND (g.until IS NULL OR g.until > :now);

-- ---- sessions ----

-- session_by_token(token_hash Text) -> maybe SessionPerson
SELECT s.id, s.person, s.made_at, s.seen_at, s.proved_at, s.may_reset, p.name, p.state, p.lang
  FROM session s JOIN person p ON p.id = s.person WHERE s.token_hash = :token_hash;

-- session_list_by_person(person Id) -> many Session
SELECT id, device, made_at, seen_at FROM session WHERE person = :person ORDER BY seen_at DESC LIMIT 100;

-- session_insert(id Id, person Id, token_hash Text, device Text, now Time, proved_at Time, may_reset Bool) -> done
INSERT INTO session (id, person, token_hash, device, made_at, seen_at, proved_at, may_reset)
VALUES (:id, :person, :token_hash, :device, :now, :now, :proved_at, :may_reset);

-- session_seen(id Id, now Time) -> count
UPDATE session SET seen_at = :now WHERE id = :id AND seen_at < :now;

-- session_sleep(id Id, now Time) -> count
UPDATE session SET seen_at = :now, proved_at = 0 WHERE id = :id;

-- session_proved(id Id, now Time) -> count
UPDATE session SET proved_at = :now, seen_at = :now, may_reset = 0 WHERE id = :id;

-- session_drop(id Id, person Id) -> count
DELETE FROM session WHERE id = :id AND person = :person;

-- session_drop_all(person Id, but Id) -> count
DELETE FROM session WHERE person = :person AND id <> :but;

-- session_drop_old(seen_before Time, made_before Time) -> count
DELETE FROM session WHERE seen_at < :seen_before OR made_at < :made_before;

-- session_drop_oldest(person Id, keep Int) -> count
DELETE FROM session WHERE person = :person AND id NOT IN
  (SELECT id FROM session WHERE person = :person ORDER BY seen_at DESC, id DESC LIMIT :keep);

-- known_device_person(token_hash Text) -> maybe KnownDevice
SELECT id, person FROM known_device WHERE token_hash = :token_hash;

-- known_device_insert(id Id, person Id, token_hash Text, now Time) -> done
INSERT INTO known_device (id, person, token_hash, seen_at) VALUES (:id, :person, :token_hash, :now);

-- known_device_drop_oldest(person Id, keep Int) -> count
DELETE FROM known_device WHERE person = :person AND id NOT IN
  (SELECT id FROM known_device WHERE person = :person ORDER BY seen_at DESC, id DESC LIMIT :keep);

-- known_device_drop_all(person Id) -> count
DELETE FROM known_device WHERE person = :person;

-- ---- ways back in ----

-- recovery_code_insert(id Id, person Id, code_hash Text, now Time) -> done
INSERT INTO recovery_code (id, person, code_hash, made_at, used_at) VALUES (:id, :person, :code_hash, :now, NULL);

-- recovery_code_drop_all(person Id) -> count
DELETE FROM recovery_code WHERE person = :person;

-- recovery_code_left(person Id) -> one Total
SELECT count(*) AS "total Int" FROM recovery_code WHERE person = :person AND used_at IS NULL;

-- recovery_code_use(person Id, code_hash Text, now Time) -> count
UPDATE recovery_code SET used_at = :now WHERE person = :person AND code_hash = :code_hash AND used_at IS NULL;

-- slip_insert(id Id, person Id, link_hash Text, digits_hash Text, given_by Id, now Time, until Time) -> done
INSERT INTO slip (id, person, link_hash, digits_hash, given_by, made_at, until, used_at)
VALUES (:id, :person, :link_hash, :digits_hash, :given_by, :now, :until, NULL);

-- slip_by_link(link_hash Text, now Time) -> maybe SlipPerson
SELECT s.id, s.person, s.digits_hash, p.name, p.state FROM slip s JOIN person p ON p.id = s.person
 WHERE s.link_hash = :link_hash AND s.used_at IS NULL AND s.until > :now;

-- slip_newest(person Id, now Time) -> maybe SlipPerson
SELECT s.id, s.person, s.digits_hash, p.name, p.state FROM slip s JOIN person p ON p.id = s.person
 WHERE s.person = :person AND s.used_at IS NULL AND s.until > :now ORDER BY s.id DESC LIMIT 1;

-- slip_use(id Id, now Time) -> count
UPDATE slip SET used_at = :now WHERE id = :id AND used_at IS NULL AND until > :now;

-- slip_drop_all(person Id) -> count
DELETE FROM slip WHERE person = :person;

-- slip_drop_old(before Time) -> count
DELETE FROM slip WHERE until < :before;

-- ---- tokens for programs ----

-- api_token_by_hash(token_hash Text) -> maybe TokenPerson
SELECT t.id, t.person, t.scopes, t.until, t.used_on, p.name, p.state, p.lang
  FROM api_token t JOIN person p ON p.id = t.person WHERE t.token_hash = :token_hash AND t.ended_at IS NULL;

-- api_token_list_by_person(person Id) -> many ApiToken
SELECT id, name, prefix, scopes, made_at, until, used_on FROM api_token WHERE person = :person AND ended_at IS NULL ORDER BY id DESC LIMIT 100;

-- api_token_insert(id Id, person Id, name Text, prefix Text, token_hash Text, scopes Text, now Time, until Time?) -> done
INSERT INTO api_token (id, person, name, prefix, token_hash, scopes, made_at, until, used_on, ended_at)
VALUES (:id, :person, :name, :prefix, :token_hash, :scopes, :now, :until, NULL, NULL);

-- api_token_used(id Id, day Date) -> count
UPDATE api_token SET used_on = :day WHERE id = :id;

-- api_token_end(id Id, person Id, now Time) -> count
UPDATE api_token SET ended_at = :now WHERE id = :id AND person = :person AND ended_at IS NULL;

-- api_token_end_all(person Id, now Time) -> count
UPDATE api_token SET ended_at = :now WHERE person = :person AND ended_at IS NULL;

-- api_token_forget(person Id) -> count
DELETE FROM api_token WHERE person = :person;

-- ---- invitations ----

-- invitation_by_token(token_hash Text) -> maybe Invitation
SELECT i.id, i.org, i.role, i.household, i.note, i.uses_left, i.made_by, i.made_at, i.until, i.ended_at, o.name AS org_name
  FROM invitation i JOIN org o ON o.id = i.org WHERE i.token_hash = :token_hash;

-- invitation_by_id(id Id) -> maybe Invitation
SELECT i.id, i.org, i.role, i.household, i.note, i.uses_left, i.made_by, i.made_at, i.until, i.ended_at, o.name AS org_name
  FROM invitation i JOIN org o ON o.id = i.org WHERE i.id = :id;

-- invitation_list_open(now Time) -> many Invitation
SELECT i.id, i.org, i.role, i.household, i.note, i.uses_left, i.made_by, i.made_at, i.until, i.ended_at, o.name AS org_name
  FROM invitation i JOIN org o ON o.id = i.org
 WHERE i.ended_at IS NULL AND i.until > :now AND i.uses_left > 0 AND i.household IS NULL ORDER BY i.id DESC LIMIT 100;

-- invitation_insert(id Id, org Id, role Text, household Id?, token_hash Text, note Text, uses Int, made_by Id, now Time, until Time) -> done
INSERT INTO invitation (id, org, role, household, token_hash, note, uses_left, made_by, made_at, until, ended_at)
VALUES (:id, :org, :role, :household, :token_hash, :note, :uses, :made_by, :now, :until, NULL);

-- invitation_take(id Id, now Time) -> count
UPDATE invitation SET uses_left = uses_left - 1
 WHERE id = :id AND uses_left > 0 AND until > :now AND ended_at IS NULL;

-- invitation_end(id Id, now Time) -> count
UPDATE invitation SET ended_at = :now, note = '' WHERE id = :id AND ended_at IS NULL;

-- invitation_forget_old(now Time) -> count
UPDATE invitation SET note = '' WHERE note <> '' AND (until < :now OR uses_left = 0);

-- invitation_use_insert(id Id, invitation Id, person Id, now Time) -> done
INSERT INTO invitation_use (id, invitation, person, at) VALUES (:id, :invitation, :person, :now);

-- ---- checks ----

-- identity_each_person() -> each PersonCheck
SELECT id, state, sign_name, sign_key, name, phone, phone_tail, email, email_key, search, leave_at FROM person ORDER BY id;

-- identity_each_grant() -> each GrantCheck
SELECT id, person, org, role, since, until FROM role_grant ORDER BY id;

-- identity_count_left_behind() -> one Total
SELECT count(*) AS "total Int" FROM person p WHERE p.state = 'erased' AND (
  EXISTS (SELECT 1 FROM password x WHERE x.person = p.id) OR EXISTS (SELECT 1 FROM session x WHERE x.person = p.id) OR
  EXISTS (SELECT 1 FROM recovery_code x WHERE x.person = p.id) OR EXISTS (SELECT 1 FROM slip x WHERE x.person = p.id) OR
  EXISTS (SELECT 1 FROM api_token x WHERE x.person = p.id) OR EXISTS (SELECT 1 FROM known_device x WHERE x.person = p.id));

-- identity_double_grants(now Time) -> one Total
SELECT count(*) AS "total Int" FROM (SELECT person FROM role_grant WHERE until IS NULL OR until > :now
 GROUP BY person, org, role HAVING count(*) > 1) d;
