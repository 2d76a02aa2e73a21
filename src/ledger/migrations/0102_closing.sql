-- A year's end: what income and expense accounts held went to the results of past years. Its transfers are named closing/<id>/<n>.
CREATE TABLE closing (
  id KEY,                           -- minted by the program
  day DATE,                         -- the last day that it closes
  result INT,                       -- income less expense, minor units; below zero: a loss
  lines INT,                        -- accounts that it emptied: so many transfers
  by ID NULL REFERENCES person,     -- the treasurer who did it; null: a program of the house
  made_at TIME,                     -- when
  undone_by ID NULL REFERENCES person, -- who took it back
  undone_at TIME NULL               -- when
);
CREATE INDEX closing_day ON closing (day, id);
