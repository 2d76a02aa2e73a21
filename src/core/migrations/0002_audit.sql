-- Who did what, in the transaction that did it. Rows are only ever added; each carries a hash over itself and the row before,
-- so that a changed or missing row shows. Holds ids, never names, phones or words of people.
CREATE TABLE audit (
  n KEY, -- 1, 2, 3 ... without gaps
  at TIME, -- when
  who ID NULL, -- the person who did it; null: the house itself
  action TEXT, -- "market.order_cancel": the module first
  subject ID NULL, -- what it was done to
  detail TEXT, -- a few words of the program: old and new state, an amount
  hash TEXT -- SHA-256 over the hash before and this row, hexadecimal
);
CREATE INDEX audit_subject ON audit (subject, n);
CREATE INDEX audit_who ON audit (who, n);
