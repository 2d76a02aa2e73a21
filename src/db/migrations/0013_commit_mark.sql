-- The last batch that each process has committed on PostgreSQL: written in the batch itself, so that a COMMIT whose answer was
-- lost can be looked up afterwards. (A transaction number alone cannot tell: after a crash PostgreSQL may give it out again.)
CREATE TABLE commit_mark (
  holder KEY, -- the process, as in id_node
  mark INT,   -- counts its batches
  at TIME     -- when; rows of processes long gone are removed
);
