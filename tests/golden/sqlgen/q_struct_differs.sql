-- thing_a() -> many A
SELECT id, title FROM thing;
-- thing_b() -> many A
SELECT id, owner FROM thing;
-- expect 3: thing_b and thing_a (line 1) both give A, but with other columns: here (id Id, owner Id?), there (id Id, title Text). Make them equal, or name another struct.
