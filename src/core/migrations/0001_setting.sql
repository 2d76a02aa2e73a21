-- The co-operative's own settings, and what modules keep one of: village.currency, web.key ...
CREATE TABLE setting (
  name TEXT, -- dotted, the module's name first
  value TEXT -- as the module writes it
);
CREATE UNIQUE INDEX setting_name ON setting (name);
