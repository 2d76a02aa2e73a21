-- Cold boxes, what else goods and gates need of a vehicle, and what a driver's phone brings back as proof.

-- What goods of a category need on the road; a category below another has what that one needs.
CREATE TABLE round_need (
  category KEY REFERENCES category, -- of which
  need TEXT CHECK (need IN ('cold', 'animals')) -- a cold box, or a vehicle that may carry live animals
);

ALTER TABLE vehicle ADD COLUMN cold_crates INT DEFAULT 0; -- how many of its crates stay cold
ALTER TABLE vehicle ADD COLUMN skills INT DEFAULT 0; -- bits: 1 may carry live animals, 2 gets through narrow lanes
ALTER TABLE round_gate ADD COLUMN narrow BOOL DEFAULT 0; -- only what gets through narrow lanes can fetch there
ALTER TABLE consignment ADD COLUMN cold_crates INT DEFAULT 0; -- of its crates, those that must stay cold
ALTER TABLE consignment ADD COLUMN skills INT DEFAULT 0; -- bits as of a vehicle: what it must have
ALTER TABLE consignment ADD COLUMN fetch_stop INT DEFAULT 0; -- on its round, the position where it is fetched
ALTER TABLE consignment ADD COLUMN bring_stop INT DEFAULT 0; -- and where it is brought
ALTER TABLE round_stop ADD COLUMN cold_crates INT DEFAULT 0; -- of its crates, those that must stay cold
ALTER TABLE round_stop ADD COLUMN photo TEXT DEFAULT ''; -- key of the picture the driver took there; may be empty
ALTER TABLE round_stop ADD COLUMN drawn TEXT DEFAULT ''; -- signature drawn on the phone: strokes of points, "x,y x,y;x,y"; may be empty
ALTER TABLE day_plan ADD COLUMN late_min INT DEFAULT 0; -- planned again on the road: how much later than promised at most, minutes
