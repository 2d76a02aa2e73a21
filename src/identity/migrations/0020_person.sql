-- People who live or eat together and share one account of the co-operative.
CREATE TABLE household (
  id KEY, -- minted by us
  name TEXT, -- as the household calls itself
  made_at TIME -- when it was made
);

-- People. Everything personal that identity knows about somebody stands in this row, so that emptying it forgets them.
CREATE TABLE person (
  id KEY, -- minted by us
  state TEXT, -- guest: a buyer without an account; waiting: asked to join; active; disabled; leaving; erased
  sign_name TEXT NULL, -- what they type to sign in, as they wrote it; guests have none
  sign_key TEXT NULL, -- sign_name folded; nobody else may have the same
  name TEXT, -- as others see it; empty once erased
  phone TEXT NULL, -- as typed; a household may share one
  phone_tail TEXT NULL, -- its last eight digits: finds the person whatever the country code
  email TEXT NULL, -- as typed
  email_key TEXT NULL, -- folded
  lang TEXT, -- language of their pages; empty: what their browser asks for
  household ID NULL REFERENCES household, -- at most one
  request TEXT NULL, -- what they wrote when they asked to join; forgotten when decided
  search TEXT, -- names and digits folded into words, for the list of people
  made_at TIME, -- when they were first known here
  changed_at TIME, -- when it last changed
  leave_at TIME NULL -- when a leaving person is erased; until then they may change their mind
);
CREATE UNIQUE INDEX person_sign_key ON person (sign_key);
CREATE INDEX person_phone ON person (phone_tail);
CREATE INDEX person_email ON person (email_key);
CREATE INDEX person_household ON person (household);
CREATE INDEX person_state ON person (state, id);
CREATE INDEX person_leave ON person (leave_at);

-- Passwords, apart from the people so that no list of people can carry one.
CREATE TABLE password (
  person KEY REFERENCES person, -- whose
  hash TEXT, -- argon2id in PHC form, salt inside
  made_at TIME -- when it was made
);
