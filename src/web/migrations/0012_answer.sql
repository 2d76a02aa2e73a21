-- Answers given to requests that carried an Idempotency-Key, written in the same transaction as what they tell of: the
-- same key gets the same answer for ever.
CREATE TABLE once_answer (
  id KEY, -- minted by us
  owner TEXT, -- whose key it is: p and the person's id, v and a guest's cookie (hashed), a and an address (hashed)
  once_key TEXT, -- as the client chose it
  request TEXT, -- BLAKE2b of method, path and body: another request with the same key is refused
  status INT, -- of the answer
  content_type TEXT, -- of its body; empty: none
  location TEXT, -- its Location header; empty: none
  body TEXT, -- as it was sent
  made_at TIME -- when it was given
);
CREATE UNIQUE INDEX once_answer_key ON once_answer (owner, once_key);
