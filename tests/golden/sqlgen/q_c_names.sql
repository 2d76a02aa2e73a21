-- thing_a(default Id) -> one A
SELECT title FROM thing WHERE id = :default;
-- expect 1: Parameter "default" cannot be a name in C. Choose another.
-- expect 2: thing_a uses :default but does not declare it. Add "default Type" to its parameters.
-- thing_b() -> one B
SELECT count(*) AS "struct Int" FROM thing;
-- expect 5: Column "struct" cannot be a name in C. Choose another with AS.
-- 3things() -> many C
SELECT id FROM thing;
-- expect 8: Query "3things" cannot be a name in C. Choose another.
-- thing_d() -> many D
SELECT count(*) AS "count Int" FROM thing;
