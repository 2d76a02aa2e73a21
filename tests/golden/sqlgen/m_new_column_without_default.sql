-- expect 2: Column "size" is added to rows that are there already. Give it a DEFAULT, or NULL.
ALTER TABLE thing ADD COLUMN size INT; -- how large
