-- What a treasurer must look at: conversations with a mobile money service by where they stand.
CREATE INDEX pay_call_state ON pay_call (state, id);
