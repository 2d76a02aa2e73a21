-- Organisations: farms, the co-operative itself, hubs, shops, offices.
CREATE TABLE org (
  id KEY, -- minted by us
  kind TEXT, -- farm, cooperative, hub, shop, office
  slug TEXT, -- its name in addresses
  name TEXT, -- as people read it
  place TEXT, -- village or street, for people
  story TEXT, -- Markdown: who we are, how we work
  langs TEXT, -- languages spoken there, tags separated by spaces
  open BOOL, -- a closed one keeps its past and takes no new business
  made_at TIME, -- when it was made
  changed_at TIME -- when it last changed
);
CREATE UNIQUE INDEX org_slug ON org (slug);
CREATE INDEX org_kind ON org (kind, name, id);

-- Roles granted to people, each in one organisation. Rows are ended, never deleted: who could do what, when.
CREATE TABLE role_grant (
  id KEY, -- minted by us
  person ID REFERENCES person, -- who may
  org ID REFERENCES org, -- where
  role TEXT, -- a name of web/access.h
  since TIME, -- from when
  until TIME NULL, -- the first moment when it no longer holds
  given_by ID NULL REFERENCES person, -- null: the first start or the command line
  ended_by ID NULL REFERENCES person -- who took it away; null while it holds or when it ran out by itself
);
CREATE INDEX role_grant_person ON role_grant (person, org, role);
CREATE INDEX role_grant_org ON role_grant (org, role);
