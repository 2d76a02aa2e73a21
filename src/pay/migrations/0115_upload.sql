-- A CSV file that waits for its mapping; gone once it was read, or after a day.
CREATE TABLE pay_upload (
  id KEY,                    -- minted by the program
  source TEXT,               -- bank, mpesa or momo
  name TEXT,                 -- of the file
  body TEXT,                 -- the file
  by ID REFERENCES person,   -- who
  at TIME                    -- when
);
