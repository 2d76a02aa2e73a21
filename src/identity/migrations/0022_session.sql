-- Browsers that are signed in.
CREATE TABLE session (
  id KEY, -- minted by us
  person ID REFERENCES person, -- who
  token_hash TEXT, -- BLAKE2b of the random token in the cookie, hexadecimal
  device TEXT, -- "Chrome, Android": coarse, so that people recognise their own
  made_at TIME, -- an absolute end counts from here
  seen_at TIME, -- last use, to the nearest few minutes
  proved_at TIME, -- when a password was last given, 0 when too long ago: the rights of staff sleep until it is given again
  may_reset BOOL -- came in by recovery code or slip: may set a password without the old one
);
CREATE UNIQUE INDEX session_token ON session (token_hash);
CREATE INDEX session_person ON session (person, seen_at);
CREATE INDEX session_seen ON session (seen_at);

-- Browsers somebody has signed in from before: wrong tries by strangers do not slow these down.
CREATE TABLE known_device (
  id KEY, -- minted by us
  person ID REFERENCES person, -- who
  token_hash TEXT, -- of its own cookie
  seen_at TIME -- last sign-in
);
CREATE UNIQUE INDEX known_device_token ON known_device (token_hash);
CREATE INDEX known_device_person ON known_device (person, seen_at);

-- One-time recovery codes, ten a person, printed.
CREATE TABLE recovery_code (
  id KEY, -- minted by us
  person ID REFERENCES person, -- whose
  code_hash TEXT, -- BLAKE2b of person and code
  made_at TIME, -- when it was made
  used_at TIME NULL -- each works once
);
CREATE INDEX recovery_code_person ON recovery_code (person, code_hash);

-- Sign-in slips that staff print for people without e-mail: one use, one day.
CREATE TABLE slip (
  id KEY, -- minted by us
  person ID REFERENCES person, -- for whom
  link_hash TEXT, -- BLAKE2b of the random part of the QR's address
  digits_hash TEXT, -- argon2id of the twelve digits printed under it
  given_by ID REFERENCES person, -- staff who printed it
  made_at TIME, -- when it was made
  until TIME, -- a day later
  used_at TIME NULL -- when; each works once
);
CREATE UNIQUE INDEX slip_link ON slip (link_hash);
CREATE INDEX slip_person ON slip (person, until);
CREATE INDEX slip_until ON slip (until);

-- Tokens for programs.
CREATE TABLE api_token (
  id KEY, -- minted by us
  person ID REFERENCES person, -- who answers for it
  name TEXT, -- what it is for
  prefix TEXT, -- its first characters, shown in lists
  token_hash TEXT, -- BLAKE2b, hexadecimal
  scopes TEXT, -- separated by spaces; * for all
  made_at TIME, -- when it was made
  until TIME NULL, -- null: until it is taken back
  used_on DATE NULL, -- last day of use
  ended_at TIME NULL -- taken back
);
CREATE UNIQUE INDEX api_token_hash ON api_token (token_hash);
CREATE INDEX api_token_person ON api_token (person, made_at);
