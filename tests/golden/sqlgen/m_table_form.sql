-- expect 3: This must read CREATE TABLE name ( columns ). Say it so.
-- Copies.
CREATE TABLE copy AS SELECT * FROM thing;
