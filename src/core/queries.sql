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
