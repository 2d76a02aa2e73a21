-- What a day's driving came to, kept as it was then: a vehicle's grams for each kilometre may be written anew later.
ALTER TABLE round ADD COLUMN emitted_grams INT DEFAULT 0;   -- CO2 of the whole round
ALTER TABLE day_plan ADD COLUMN emitted_grams INT DEFAULT 0; -- CO2 of all rounds together
ALTER TABLE day_plan ADD COLUMN nearest_s INT DEFAULT 0;    -- all driving of the plan to the nearest next stop
ALTER TABLE day_plan ADD COLUMN nearest_grams INT DEFAULT 0; -- its CO2
-- The part of a round that each seller's part of an order stands for, set when drivers are told: every part of a round the same.
ALTER TABLE consignment_part ADD COLUMN metres INT DEFAULT 0; -- of its way
ALTER TABLE consignment_part ADD COLUMN drive_s INT DEFAULT 0; -- of its driving
ALTER TABLE consignment_part ADD COLUMN emitted_grams INT DEFAULT 0; -- of its CO2
UPDATE round SET emitted_grams = distance_m * (SELECT v.co2_grams FROM vehicle v WHERE v.id = round.vehicle) / 1000;
UPDATE day_plan SET emitted_grams = coalesce((SELECT sum(r.emitted_grams) FROM round r WHERE r.plan = day_plan.id), 0);
