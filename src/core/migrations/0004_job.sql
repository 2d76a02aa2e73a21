-- The scheduled jobs of the modules: when each last ran, and which process is at it now.
CREATE TABLE job (
  name TEXT, -- "market.expire"
  last_at TIME, -- when the last run began, by the clock of the house; a new job: when it was first seen
  lease_until TIME, -- a process is at it until then, by the real clock; 0: nobody
  lease_by ID, -- that process's ticket; 0: nobody
  runs INT, -- how often it ran
  failures INT, -- how often it failed
  took INT, -- milliseconds of the last run
  trouble TEXT -- the code of the last failure; empty: the last run went well
);
CREATE UNIQUE INDEX job_name ON job (name);
