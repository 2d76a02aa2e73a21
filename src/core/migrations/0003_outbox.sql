-- What must reach the outside after a change: mail, calls to other programs. A row is gone once delivered.
CREATE TABLE outbox (
  id KEY, -- minted by us; the order within a key
  kind TEXT, -- which module delivers it
  key TEXT, -- messages of one kind and key go out one after the other
  payload TEXT, -- as the kind reads it
  made_at TIME, -- when it was put in
  due_at TIME, -- not before
  attempts INT, -- how often it was tried in vain
  lease_until TIME, -- somebody is at it until then; 0: nobody
  dead BOOL, -- set aside: tried too often, or never deliverable; for a person to look at
  trouble TEXT -- the code of the last failure
);
CREATE INDEX outbox_due ON outbox (dead, due_at, id);
CREATE INDEX outbox_order ON outbox (kind, key, dead, id);
