-- What one organisation allows another to do with what is its own: offered by one, accepted by the other, ended by either.
CREATE TABLE party_grant (
  id KEY,                    -- minted by the program
  from_org ID REFERENCES org, -- who allows it
  to_org ID REFERENCES org,   -- who may
  permission TEXT CHECK (permission IN ('list_my_goods', 'price_my_goods', 'edit_my_listing', 'weigh_my_lines', 'edit_my_lines',
                                        'see_customer_name', 'see_customer_phone')), -- what
  state TEXT CHECK (state IN ('offered', 'accepted', 'declined', 'ended')), -- only accepted ones count
  offered_by ID NULL,        -- person; null: the house
  offered_at TIME,           -- when
  answered_at TIME NULL,     -- when it was accepted or declined
  ended_at TIME NULL         -- when it ended
);
CREATE UNIQUE INDEX party_grant_now ON party_grant (from_org, to_org, permission) WHERE state IN ('offered', 'accepted');
CREATE INDEX party_grant_to ON party_grant (to_org, state, id);
CREATE INDEX party_grant_from ON party_grant (from_org, id);

-- What somebody independent says about a producer or one of its goods, and until when.
CREATE TABLE certificate (
  id KEY,                    -- minted by the program
  org ID REFERENCES org,     -- whose
  product ID NULL REFERENCES product, -- for one good only
  scheme TEXT,               -- "EU organic", "Green Food" ...
  number TEXT,               -- as on the paper; may be empty
  valid_from DATE,           -- first day
  valid_until DATE,          -- last day
  made_at TIME,              -- when it was entered
  withdrawn_at TIME NULL     -- when somebody took it back
);
CREATE INDEX certificate_org ON certificate (org, id);
