-- What a person chose for a day, doors that goods are brought to, and what a plan says about itself.

-- Vehicles that are used otherwise on one day than usual.
CREATE TABLE day_vehicle (
  plan ID REFERENCES day_plan,   -- of which day
  vehicle ID REFERENCES vehicle, -- which
  rests BOOL,             -- does not drive on that day
  driver ID NULL,         -- who drives it then; null: nobody yet
  PRIMARY KEY (plan, vehicle)
) WITHOUT ROWID;

-- The same day by always driving to the nearest next stop, vehicle by vehicle.
CREATE TABLE day_nearest (
  plan ID REFERENCES day_plan,   -- of which day
  vehicle ID REFERENCES vehicle, -- which would drive it
  distance_m INT,         -- its whole way
  drive_s INT,            -- driving alone
  emitted_grams INT,      -- CO2
  PRIMARY KEY (plan, vehicle)
) WITHOUT ROWID;

-- Where the door is to which an order is brought; the buyer's next order to the same address is found by it.
CREATE TABLE round_door (
  order_group KEY REFERENCES order_group, -- whose
  buyer ID NULL,          -- person; null: a guest
  address TEXT,           -- as it was written in the order
  latitude REAL,          -- degrees north
  longitude REAL,         -- degrees east
  changed_at TIME         -- when it was set
);
CREATE INDEX round_door_buyer ON round_door (buyer, address) WHERE buyer IS NOT NULL;
CREATE INDEX round_door_guest ON round_door (changed_at) WHERE buyer IS NULL;

ALTER TABLE consignment ADD COLUMN kept BOOL DEFAULT 0;   -- stays back on that day: a person chose so
ALTER TABLE consignment ADD COLUMN at_hub BOOL DEFAULT 0; -- the farm brings it to the hub itself: fetched there
ALTER TABLE consignment ADD COLUMN door ID DEFAULT 0;     -- the order to whose door it is brought; 0: it is collected at the pickup place
DROP INDEX consignment_once;
CREATE UNIQUE INDEX consignment_once_door ON consignment (plan, org, pickup, door);
ALTER TABLE round_stop ADD COLUMN due_at TIME NULL;       -- when goods must be there at the latest
ALTER TABLE round_stop ADD COLUMN more_m INT DEFAULT 0;   -- by how much the round is longer for this stop
ALTER TABLE day_plan ADD COLUMN first_m INT DEFAULT 0;    -- of the first plan: all rounds together
ALTER TABLE day_plan ADD COLUMN first_s INT DEFAULT 0;    -- and its driving
ALTER TABLE day_plan ADD COLUMN nearest_late_min INT DEFAULT 0; -- how much too late the plan to the nearest next stop would come at most
