-- expect 3: SQLite refuses this statement: no such table: main.thyng.

CREATE INDEX thing_open ON thyng (open);
CREATE INDEX thing_open ON thing (open);
