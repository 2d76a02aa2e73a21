-- setting_find(name Text) -> maybe SettingValue
SELECT value FROM setting WHERE name = :name;

-- setting_list_village() -> many Setting
SELECT name, value FROM setting WHERE name >= 'village.' AND name < 'village/' ORDER BY name;

-- setting_store(name Text, value Text) -> done
INSERT INTO setting (name, value) VALUES (:name, :value) ON CONFLICT (name) DO UPDATE SET value = excluded.value;

-- audit_head() -> maybe AuditHead
SELECT n, hash FROM audit ORDER BY n DESC LIMIT 1;

-- audit_add(n Id, at Time, who Id?, action Text, subject Id?, detail Text, hash Text) -> done
INSERT INTO audit (n, at, who, action, subject, detail, hash)
VALUES (:n, :at, :who, :action, :subject, :detail, :hash);

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
