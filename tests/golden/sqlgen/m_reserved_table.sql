-- expect 3: The table name "user" is reserved by PostgreSQL. Choose another word.
-- People who sign in.
CREATE TABLE user (
  id KEY -- number
);
