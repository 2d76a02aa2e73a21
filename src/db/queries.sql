-- id_node_list() -> many IdNode
SELECT node, holder, until FROM id_node ORDER BY node;

-- id_node_put(node Id, holder Id, until Time) -> done
INSERT INTO id_node (node, holder, until) VALUES (:node, :holder, :until)
ON CONFLICT (node) DO UPDATE SET holder = excluded.holder, until = excluded.until;

-- id_node_leave(node Id, holder Id, until Time) -> done
UPDATE id_node SET until = :until WHERE node = :node AND holder = :holder;

-- commit_mark_forget(holder Id, before Time) -> count
-- Its own when it leaves, and those of processes that never came back.
DELETE FROM commit_mark WHERE holder = :holder OR at < :before;
