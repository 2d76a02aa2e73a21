-- Where goods of an organisation are fetched, and where vehicles that belong to it stand: its gate.
CREATE TABLE round_gate (
  org KEY REFERENCES org, -- whose
  latitude REAL,          -- degrees north
  longitude REAL,         -- degrees east
  changed_at TIME         -- when it was set
);

-- What drives the rounds.
CREATE TABLE vehicle (
  id KEY,                 -- minted by the program
  org ID REFERENCES org,  -- whose; it starts and ends at this organisation's gate
  name TEXT,              -- as its people call it
  profile TEXT CHECK (profile IN ('van', 'truck', 'tractor', 'bike', 'foot')), -- which roads it takes, how fast
  kilograms INT CHECK (kilograms > 0), -- what it may carry
  crates INT CHECK (crates > 0),       -- how many fit in
  from_minute INT,        -- minute of the local day it may leave
  to_minute INT CHECK (to_minute > from_minute), -- minute it must be back
  co2_grams INT CHECK (co2_grams >= 0), -- for each kilometre
  driver ID NULL,         -- the person who usually drives it
  active BOOL,            -- may be planned with
  made_at TIME            -- when it was added
);
CREATE INDEX vehicle_org ON vehicle (org, id);

-- The rounds of one day, planned together.
CREATE TABLE day_plan (
  id KEY,                 -- minted by the program
  day DATE,               -- which
  state TEXT CHECK (state IN ('open', 'locked')), -- locked: told to drivers, nothing is moved any more
  straight BOOL,          -- made without roads: straight lines times a detour
  detour_ppm INT,         -- that factor in millionths; 0 with roads
  improve_ms INT,         -- CPU time that may still be spent on a better plan
  seed INT,               -- of the search
  cost INT,               -- what the search makes small: milliseconds of driving
  distance_m INT,         -- all rounds together
  drive_s INT,            -- all driving together
  nearest_m INT NULL,     -- the same by always driving to the nearest next stop; null: no such plan keeps the rules
  revision INT,           -- counts its changes
  made_at TIME,           -- when
  changed_at TIME         -- last change
);
CREATE UNIQUE INDEX day_plan_day ON day_plan (day);
CREATE INDEX day_plan_better ON day_plan (improve_ms) WHERE improve_ms > 0;

-- One vehicle's way through that day.
CREATE TABLE round (
  id KEY,                 -- minted by the program
  plan ID REFERENCES day_plan,   -- of which day
  vehicle ID REFERENCES vehicle, -- which drives it
  driver ID NULL,         -- who drives it
  distance_m INT,         -- of the whole round
  drive_s INT,            -- driving alone
  leaves_at TIME,         -- from its gate
  back_at TIME,           -- at its gate again
  path TEXT               -- the way it drives, for the map: longitude,latitude in degrees, separated by spaces
);
CREATE UNIQUE INDEX round_once ON round (plan, vehicle);
CREATE INDEX round_driver ON round (driver, leaves_at) WHERE driver IS NOT NULL;

-- A place on a round, in the order in which it is driven.
CREATE TABLE round_stop (
  id KEY,                 -- minted by the program
  plan ID REFERENCES day_plan, -- of which day
  round ID REFERENCES round,   -- on which round
  position INT,           -- 1, 2 ... on the round
  kind TEXT CHECK (kind IN ('collect', 'deliver')), -- fetch goods at a farm, or bring them to a pickup place
  place ID,               -- the organisation or the pickup place
  latitude REAL,          -- degrees north
  longitude REAL,         -- degrees east
  grams INT,              -- fetched or brought here
  crates INT,             -- the same in crates
  orders INT,             -- for how many orders
  arrives_at TIME,        -- planned
  leaves_at TIME,         -- planned
  state TEXT CHECK (state IN ('planned', 'arrived', 'done', 'failed')), -- as the driver says
  note TEXT,              -- what the driver wrote: nobody there, gate closed; may be empty
  signature TEXT,         -- who took it over, as typed on the driver's phone; may be empty
  changed_at TIME NULL    -- when the driver said so
);
CREATE INDEX round_stop_round ON round_stop (round, position);
CREATE INDEX round_stop_place ON round_stop (place, arrives_at);

-- Goods of one seller for one pickup place on that day: what is put on a round, moved to another one, or left out.
CREATE TABLE consignment (
  id KEY,                 -- minted by the program
  plan ID REFERENCES day_plan, -- of which day
  org ID REFERENCES org,       -- the seller, at whose gate it is fetched
  pickup ID REFERENCES pickup, -- where it goes
  grams INT,              -- together
  crates INT,             -- together
  orders INT,             -- for how many orders
  pinned ID NULL,         -- the vehicle a person chose for it; null: whichever is best
  round ID NULL,          -- on which round; null: left out
  rule TEXT,              -- why it is left out: capacity, window, shift, full, busy, unreachable, no_gate, no_place; empty: it is not
  relax TEXT,             -- what would let it in: load, window, shift, vehicle; empty: nothing known
  relax_amount INT        -- by how much: kilograms, crates or minutes
);
CREATE UNIQUE INDEX consignment_once ON consignment (plan, org, pickup);
CREATE INDEX consignment_round ON consignment (round, id) WHERE round IS NOT NULL;

-- Which parts of orders travel in a consignment: each at most once on an open day.
CREATE TABLE consignment_part (
  seller_order KEY REFERENCES seller_order, -- whose goods
  consignment ID REFERENCES consignment     -- in which
);
CREATE INDEX consignment_part_of ON consignment_part (consignment, seller_order);

-- What drivers' phones have said, once each: a phone without network says it again.
CREATE TABLE round_report (
  device TEXT,            -- a random name the phone gave itself
  seq INT,                -- 1, 2, 3 ... on that phone
  stop ID,                -- which stop
  verb TEXT,              -- arrived, done, failed, undo
  person ID,              -- who drove
  said_at TIME,           -- by the phone's clock
  at TIME,                -- when it reached us
  PRIMARY KEY (device, seq)
) WITHOUT ROWID;
CREATE INDEX round_report_stop ON round_report (stop, at);
