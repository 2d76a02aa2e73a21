-- Orders that are paid in cash when they are collected may go through the same books: the till pays where else a wallet does.
ALTER TABLE pay_part ADD COLUMN till ID DEFAULT 0; -- the till that took the cash of it; 0: a wallet paid
