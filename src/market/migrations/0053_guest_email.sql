ALTER TABLE order_contact ADD COLUMN email TEXT DEFAULT ''; -- of a guest who wants mail about the order; may be empty, erased with the phone
