-- Which process mints ids with which node number: two that share a database must never have the same.
CREATE TABLE id_node (
  node KEY, -- 0 to 255, part of each id
  holder ID, -- the process: a random number that it drew at its start
  until TIME -- its lease; afterwards another process may take the number
);
