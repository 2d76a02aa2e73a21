-- setting_find(name Text) -> maybe SettingValue
SELECT value FROM setting WHERE name = :name;

-- setting_list_village() -> many Setting
SELECT name, value FROM setting WHERE name >= 'village.' AND name < 'village/' ORDER BY name;

-- setting_store(name Text, value Text) -> done
INSERT INTO setting (name, value) VALUES (:name, :value) ON CONFLICT (name) DO UPDATE SET value = excluded.value;

-- audit_end_get() -> maybe AuditEnd
SELECT n, hash FROM audit_end WHERE id = 1;

-- audit_at(n Int) -> maybe AuditEnd
SELECT n AS "n Int", hash FROM audit WHERE n = :n;

-- part end_of_trail
(SELECT coalesce((SELECT e.n FROM audit_end e WHERE e.id = 1), (SELECT max(l.n) FROM audit l), 0) AS n,
        coalesce((SELECT e.hash FROM audit_end e WHERE e.id = 1), (SELECT l.hash FROM audit l ORDER BY l.n DESC LIMIT 1), '') AS hash)

-- audit_add(at Time, who Id?, action Text, subject Id?, detail Text, rest Text) -> count
INSERT INTO audit (n, at, who, action, subject, detail, hash)
SELECT h.n + 1, :at, :who, :action, :subject, :detail,
       sha256_hex(length(h.hash) || ':' || h.hash || length(CAST(h.n + 1 AS TEXT)) || ':' || (h.n + 1) || :rest)
  FROM {end_of_trail} h;

-- audit_add postgres
WITH added AS (
  INSERT INTO audit (n, at, who, action, subject, detail, hash)
  SELECT h.n + 1, :at, :who, :action, :subject, :detail,
         encode(sha256(convert_to(length(h.hash) || ':' || h.hash || length(CAST(h.n + 1 AS TEXT)) || ':' || (h.n + 1) || :rest, 'UTF8')), 'hex')
    FROM {end_of_trail} h
  RETURNING n, hash)
INSERT INTO audit_end (id, n, hash) SELECT 1, n, hash FROM added ON CONFLICT (id) DO UPDATE SET n = excluded.n, hash = excluded.hash;

-- audit_end_put() -> done
INSERT INTO audit_end (id, n, hash)
SELECT 1, coalesce((SELECT max(n) FROM audit), 0), coalesce((SELECT hash FROM audit ORDER BY n DESC LIMIT 1), '');

-- audit_each() -> each AuditRow
SELECT n, at, who, action, subject, detail, hash FROM audit ORDER BY n;

-- audit_of_subject(subject Id, limit Int) -> many AuditRow
SELECT n, at, who, action, subject, detail, hash FROM audit WHERE subject = :subject ORDER BY n DESC LIMIT :limit;

-- outbox_put(id Id, kind Text, key Text, payload Text, made_at Time) -> done
INSERT INTO outbox (id, kind, key, payload, made_at, due_at, attempts, lease_until, dead, trouble)
VALUES (:id, :kind, :key, :payload, :made_at, :made_at, 0, 0, 0, '');

-- job_list() -> many JobRow
SELECT name, last_at, lease_until, lease_by, runs, failures, took, trouble FROM job ORDER BY name;

-- job_find(name Text) -> maybe JobRow
SELECT name, last_at, lease_until, lease_by, runs, failures, took, trouble FROM job WHERE name = :name;

-- job_first(name Text, last_at Time) -> done
INSERT INTO job (name, last_at, lease_until, lease_by, runs, failures, took, trouble)
VALUES (:name, :last_at, 0, 0, 0, 0, 0, '') ON CONFLICT (name) DO NOTHING;

-- job_take(name Text, seen Time, real Time, until Time, ticket Id, now Time) -> count
UPDATE job SET lease_until = :until, lease_by = :ticket, last_at = :now
 WHERE name = :name AND last_at = :seen AND lease_until <= :real;

-- job_renew(name Text, ticket Id, until Time) -> count
UPDATE job SET lease_until = :until WHERE name = :name AND lease_by = :ticket;

-- job_end(name Text, ticket Id, took Int, failed Int, trouble Text) -> count
UPDATE job SET lease_until = 0, lease_by = 0, runs = runs + 1, failures = failures + :failed, took = :took, trouble = :trouble
 WHERE name = :name AND lease_by = :ticket;

-- outbox_next(now Time, real Time) -> maybe OutboxRow
SELECT id, kind, key, payload, attempts FROM outbox
 WHERE dead = 0 AND due_at <= :now AND lease_until <= :real
   AND NOT EXISTS (SELECT 1 FROM outbox earlier
                    WHERE earlier.kind = outbox.kind AND earlier.key = outbox.key AND earlier.dead = 0 AND earlier.id < outbox.id)
 ORDER BY due_at, id LIMIT 1;

-- outbox_lease(id Id, real Time, until Time) -> count
UPDATE outbox SET lease_until = :until WHERE id = :id AND lease_until <= :real AND dead = 0;

-- outbox_delivered(id Id) -> count
DELETE FROM outbox WHERE id = :id;

-- outbox_failed(id Id, attempts Int, dead Bool, due_at Time, trouble Text) -> count
UPDATE outbox SET attempts = :attempts, dead = :dead, due_at = :due_at, lease_until = 0, trouble = :trouble WHERE id = :id;

-- outbox_hold(kind Text, key Text, due_at Time) -> count
UPDATE outbox SET due_at = :due_at WHERE kind = :kind AND key = :key AND dead = 0 AND due_at < :due_at;

-- outbox_list(dead Bool, after Id, limit Int) -> many OutboxBrief
SELECT id, kind, key, made_at, due_at, attempts, dead, trouble FROM outbox
 WHERE dead = :dead AND id > :after ORDER BY id LIMIT :limit;

-- outbox_count() -> one OutboxCount
SELECT coalesce(sum(CASE WHEN dead = 0 THEN 1 ELSE 0 END), 0) AS "waiting Int", coalesce(sum(dead), 0) AS "dead Int" FROM outbox;

-- outbox_retry(id Id, now Time) -> count
UPDATE outbox SET dead = 0, attempts = 0, due_at = :now, lease_until = 0 WHERE id = :id AND dead = 1;

-- outbox_retry_all(now Time) -> count
UPDATE outbox SET dead = 0, attempts = 0, due_at = :now, lease_until = 0 WHERE dead = 1;

-- outbox_purge(before Time) -> count
DELETE FROM outbox WHERE dead = 1 AND made_at < :before;
