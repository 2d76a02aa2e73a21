-- thing_a postgres
SELECT title FROM thing;
-- expect 1: "thing_a postgres" has no query thing_a above it. Write that first.
