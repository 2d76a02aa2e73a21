-- expect 2: A ' is never closed. Close it.
INSERT INTO person (id, name) VALUES (1, 'Ann);
