-- The ledger as PostgreSQL programs usually write it: one transaction a payment, the two balances updated under row locks.
-- pgbench -f bench/pg_ledger.sql -D hot=1 (everybody pays account 1) or -D hot=0
\set from random(2, 20000)
\set other random(2, 20000)
\set to :hot * 1 + (1 - :hot) * :other
BEGIN;
INSERT INTO pay (id, debit, credit, amount) VALUES (gen_random_uuid(), :from, :to, 100);
UPDATE pay_account SET dr = dr + 100 WHERE id = :from;
UPDATE pay_account SET cr = cr + 100 WHERE id = :to;
COMMIT;
