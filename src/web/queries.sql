-- once_find(owner Text, once_key Text) -> maybe OnceAnswer
SELECT request, status, content_type, location, body FROM once_answer WHERE owner = :owner AND once_key = :once_key;

-- once_add(id Id, owner Text, once_key Text, request Text, status Int, content_type Text, location Text, body Text, made_at Time) -> count
INSERT INTO once_answer (id, owner, once_key, request, status, content_type, location, body, made_at)
VALUES (:id, :owner, :once_key, :request, :status, :content_type, :location, :body, :made_at)
ON CONFLICT (owner, once_key) DO NOTHING;

-- once_forget(owner Text) -> done
DELETE FROM once_answer WHERE owner = :owner;
