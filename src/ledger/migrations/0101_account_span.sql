-- Turnover by business day and account: the order serves a range of days. Filled again from the journal.
DROP TABLE account_day;
-- Turnover by business day, up to ledger_head.folded.
-- derived
CREATE TABLE account_day (
  day DATE,          -- business day
  account ID,        -- which
  dr INT,            -- posted debits of that day
  cr INT,            -- posted credits
  PRIMARY KEY (day, account)
) WITHOUT ROWID;
-- The same by 32 days: with it, the balances of any day need one month of days at most.
-- derived
CREATE TABLE account_span (
  account ID,        -- which
  span INT,          -- day / 32
  dr INT,            -- posted debits of these days
  cr INT,            -- posted credits
  PRIMARY KEY (account, span)
) WITHOUT ROWID;
UPDATE ledger_head SET folded = 0;
