-- What the room of forecasts expected when a farmer announced a harvest: kept, so that both can be compared with what came.
CREATE TABLE forecast_hint (
  forecast KEY REFERENCES forecast, -- the farmer's own
  low INT,                   -- steps
  likely INT,                -- steps
  high INT,                  -- steps
  reason TEXT,               -- as it was told, in the farmer's language
  at TIME                    -- when
);
