-- What a mobile money service tells us at once stands as a line of its statement that came early.
ALTER TABLE pay_line ADD COLUMN told INT DEFAULT 0; -- 0: read on a statement; 1: told by a message, on no statement yet; 2: told, and read since
CREATE INDEX pay_line_number ON pay_line (source, bank_ref);
CREATE INDEX pay_line_told ON pay_line (booked_on) WHERE told = 1;
