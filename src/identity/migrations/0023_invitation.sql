-- Invitations: a link or QR that lets somebody join, perhaps with a role.
CREATE TABLE invitation (
  id KEY, -- minted by us
  org ID REFERENCES org, -- where the role is granted
  role TEXT, -- granted on joining; empty: none, when it is into a household
  household ID NULL REFERENCES household, -- whom it makes part of this household
  token_hash TEXT, -- BLAKE2b of the link's random part; the link itself is shown once and not kept
  note TEXT, -- for whom, in the inviter's words; emptied when it ends
  uses_left INT, -- how many may still join
  made_by ID REFERENCES person, -- who invites
  made_at TIME, -- when it was made
  until TIME, -- no longer after this
  ended_at TIME NULL -- taken back
);
CREATE UNIQUE INDEX invitation_token ON invitation (token_hash);
CREATE INDEX invitation_made ON invitation (made_at);
CREATE INDEX invitation_org ON invitation (org, made_at);

-- Who came in by which invitation.
CREATE TABLE invitation_use (
  id KEY, -- minted by us
  invitation ID REFERENCES invitation, -- which
  person ID REFERENCES person, -- who came
  at TIME -- when
);
CREATE INDEX invitation_use_person ON invitation_use (person);
CREATE INDEX invitation_use_invitation ON invitation_use (invitation);
