-- Old keys are swept away each night without reading the whole table; it grows at its end only.
CREATE INDEX order_key_made ON order_key (made_at);
