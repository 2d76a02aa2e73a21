-- thing_a() -> many A
SELECT a.id, b.id FROM thing a JOIN thing b ON b.id = a.owner;
-- expect 1: thing_a gives two columns "id". Rename one with AS.
