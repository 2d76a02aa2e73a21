-- What a driver handed over at a door is handed over in the market too.
ALTER TABLE consignment_part ADD COLUMN handed BOOL DEFAULT 0; -- the driver's report handed it over: taking the report back takes that back
