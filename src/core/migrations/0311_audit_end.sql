-- Where the trail ends: one row, written with each row of audit, from which the next one goes on. A trail whose end was cut off no
-- longer fits it, and what is written after the cut leaves a gap.
CREATE TABLE audit_end (
  id KEY, -- 1
  n INT, -- the last row's number
  hash TEXT -- the last row's hash
);
INSERT INTO audit_end (id, n, hash) SELECT 1, n, hash FROM audit ORDER BY n DESC LIMIT 1;
