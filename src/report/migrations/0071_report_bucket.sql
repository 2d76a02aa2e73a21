-- Reports over a time are added up along an index that stands in the order of thirty days: no sorting. The rows are derived; they are made
-- again at the next start.
DELETE FROM report_row;
ALTER TABLE report_row ADD COLUMN bucket INT DEFAULT 0; -- which thirty days since 1970 its time lies in
DROP INDEX report_row_at;
DROP INDEX report_row_cycle;
CREATE INDEX report_row_bucket ON report_row (kind, bucket, seller, variant, word, payer, party, tax_ppm, at, steps, weighed, amount, tax, order_group);
CREATE INDEX report_row_cycle ON report_row (cycle, kind, seller, variant, word, payer, party, tax_ppm, steps, weighed, amount, tax, order_group);
