-- The end of the trail moves with each row by itself, so that a change costs no statement more. (PostgreSQL does both in one statement of
-- ours, core/queries.sql.) The row is there from the beginning: before the first change the trail ends with row 0.
INSERT INTO audit_end (id, n, hash) SELECT 1, 0, '' WHERE NOT EXISTS (SELECT 1 FROM audit_end);
-- sqlite:
CREATE TRIGGER audit_end_moves AFTER INSERT ON audit
BEGIN
  UPDATE audit_end SET n = new.n, hash = new.hash WHERE id = 1;
END;
-- both:
