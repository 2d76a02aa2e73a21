-- expect 4: A $$ is never closed. Close it.
-- postgres:

CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1;
