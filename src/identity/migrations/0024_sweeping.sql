-- What is swept away or emptied each night is found without reading whole tables.
CREATE INDEX session_made ON session (made_at);
CREATE INDEX invitation_noted ON invitation (until) WHERE note <> '';
