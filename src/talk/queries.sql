-- Everything the talk asks the database.

-- talk_place_write(subject Id, kind Text, org Id, mode Text, members Bool, path Text, title Text, now Time) -> done
INSERT INTO talk_place (subject, kind, org, mode, members, path, title, changed_at)
VALUES (:subject, :kind, :org, :mode, :members, :path, :title, :now)
ON CONFLICT (subject) DO UPDATE SET kind = excluded.kind, org = excluded.org, mode = excluded.mode, members = excluded.members,
  path = excluded.path, title = excluded.title, changed_at = excluded.changed_at;

-- talk_place_by_subject(subject Id) -> maybe TalkSpot
SELECT subject, kind, org, mode, members, path, title FROM talk_place WHERE subject = :subject;

-- ---- rules and words ----

-- talk_rule_count() -> one TalkCount
SELECT count(*) AS "total Int" FROM talk_rule;

-- talk_rule_insert(id Id, position Int, title_en Text, title_zh Text, text_en Text, text_zh Text, now Time) -> done
INSERT INTO talk_rule (id, position, title_en, title_zh, text_en, text_zh, used, made_at)
VALUES (:id, :position, :title_en, :title_zh, :text_en, :text_zh, 1, :now);

-- talk_rule_retire(id Id) -> count
UPDATE talk_rule SET used = 0 WHERE id = :id AND used = 1;

-- talk_rule_list() -> many TalkRule
SELECT id, position, title_en, title_zh, text_en, text_zh, used FROM talk_rule WHERE used = 1 ORDER BY position, id;

-- talk_rule_by_id(id Id) -> maybe TalkRule
SELECT id, position, title_en, title_zh, text_en, text_zh, used FROM talk_rule WHERE id = :id;

-- talk_word_add(words Text, typed Text, who Id, now Time) -> count
INSERT INTO talk_word (words, typed, who, at) VALUES (:words, :typed, :who, :now) ON CONFLICT (words) DO NOTHING;

-- talk_word_drop(typed Text) -> count
DELETE FROM talk_word WHERE typed = :typed;

-- talk_word_list() -> many TalkWord
SELECT words, typed FROM talk_word ORDER BY words LIMIT 1000;

-- ---- comments ----

-- comment_insert(id Id, subject Id, parent Id?, author Id, body Text, state Text, held Text, device Text?, seq Int?, now Time) -> done
INSERT INTO comment (id, subject, parent, author, body, state, decision, held, device, seq, at, changed_at)
VALUES (:id, :subject, :parent, :author, :body, :state, NULL, :held, :device, :seq, :now, :now);

-- comment_by_id(id Id) -> maybe Comment
SELECT c.id, c.subject, c.parent, c.author, c.body, c.state, c.decision, c.held, c.at, c.changed_at, p.org, p.mode, p.members, p.path, p.title, p.kind
  FROM comment c JOIN talk_place p ON p.subject = c.subject WHERE c.id = :id;

-- comment_by_device(author Id, device Text, seq Int) -> maybe TalkId
SELECT id FROM comment WHERE author = :author AND device = :device AND seq = :seq;

-- comment_list(subject Id, reader Id, limit Int) -> many CommentLine
SELECT c.id, c.parent, c.author, c.body, c.state, c.at, p.name, d.rule
  FROM comment c
  LEFT JOIN person p ON p.id = c.author
  LEFT JOIN talk_decision d ON d.id = c.decision
 WHERE c.subject = :subject AND (c.state <> 'pending' OR c.author = :reader)
 ORDER BY coalesce(c.parent, c.id), c.id LIMIT :limit;

-- comment_state_put(id Id, state Text, now Time) -> count
UPDATE comment SET state = :state, decision = NULL, changed_at = :now WHERE id = :id;

-- comment_hide(id Id, decision Id, now Time) -> count
UPDATE comment SET state = 'hidden', decision = :decision, changed_at = :now WHERE id = :id AND state IN ('pending', 'visible');

-- comment_delete(id Id, now Time) -> count
UPDATE comment SET state = 'deleted', body = '', changed_at = :now WHERE id = :id AND state IN ('pending', 'visible');

-- comment_recent(author Id, after Time) -> one TalkCount
SELECT count(*) AS "total Int" FROM comment WHERE author = :author AND at > :after;

-- comment_trust(author Id, after Time) -> one TalkTrust
SELECT (SELECT count(*) FROM comment c WHERE c.author = :author AND c.state = 'visible') AS "shown Int",
       (SELECT count(*) FROM comment c JOIN talk_decision d ON d.id = c.decision WHERE c.author = :author AND d.at > :after) AS "removed Int";

-- comment_queue(limit Int) -> many QueueLine
SELECT c.id, c.body, c.state, c.held, c.at, n.name, p.org, p.path, p.title,
       (SELECT count(*) FROM comment_report r WHERE r.comment = c.id AND r.done_at IS NULL) AS "reports Int",
       coalesce((SELECT max(r.words) FROM comment_report r WHERE r.comment = c.id AND r.done_at IS NULL), '') AS "report_words Text"
  FROM comment c
  JOIN talk_place p ON p.subject = c.subject
  LEFT JOIN person n ON n.id = c.author
 WHERE c.state = 'pending'
    OR (c.state = 'visible' AND c.id IN (SELECT r.comment FROM comment_report r WHERE r.done_at IS NULL))
 ORDER BY c.id LIMIT :limit;

-- comment_report_add(comment Id, person Id, rule Id, words Text, now Time) -> count
INSERT INTO comment_report (comment, person, rule, words, at, done_at) VALUES (:comment, :person, :rule, :words, :now, NULL)
ON CONFLICT (comment, person) DO NOTHING;

-- comment_report_recent(person Id, after Time) -> one TalkCount
SELECT count(*) AS "total Int" FROM comment_report WHERE person = :person AND at > :after;

-- comment_report_done(comment Id, now Time) -> count
UPDATE comment_report SET done_at = :now WHERE comment = :comment AND done_at IS NULL;

-- comment_report_open_count(comment Id) -> one TalkCount
SELECT count(*) AS "total Int" FROM comment_report WHERE comment = :comment AND done_at IS NULL;

-- ---- decisions ----

-- talk_notice_insert(id Id, person Id?, kind Text, now Time) -> done
INSERT INTO talk_notice (id, person, kind, at, read_at) VALUES (:id, :person, :kind, :now, NULL);

-- talk_notice_read(person Id, now Time) -> count
UPDATE talk_notice SET read_at = :now WHERE person = :person AND read_at IS NULL;

-- talk_notice_unread(person Id) -> one TalkCount
SELECT count(*) AS "total Int" FROM talk_notice WHERE person = :person AND read_at IS NULL;

-- talk_decision_insert(id Id, comment Id, act Text, visibility Text, ground Text, rule Id, rule_hash Text, reason Text, source Text, automated Bool, moderator Id, role Text, notice Id, payload_hash Text, now Time, appeal_until Time) -> done
INSERT INTO talk_decision (id, comment, act, visibility, ground, rule, rule_hash, reason, source, automated, moderator, role, notice,
                           payload_hash, at, appeal_until)
VALUES (:id, :comment, :act, :visibility, :ground, :rule, :rule_hash, :reason, :source, :automated, :moderator, :role, :notice,
        :payload_hash, :now, :appeal_until);

-- talk_decision_by_id(id Id) -> maybe Decision
SELECT d.id, d.comment, d.act, d.rule, d.reason, d.moderator, d.at, d.appeal_until, c.author, c.state, c.subject, p.org, p.path, p.title
  FROM talk_decision d JOIN comment c ON c.id = d.comment JOIN talk_place p ON p.subject = c.subject WHERE d.id = :id;

-- talk_decision_log(before Id, limit Int) -> many LogLine
SELECT d.id, d.act, d.visibility, d.ground, d.rule, d.reason, d.source, d.automated, d.role, d.at, p.title, p.kind,
       r.title_en, r.title_zh, a.state AS "appeal Text?"
  FROM talk_decision d
  JOIN comment c ON c.id = d.comment
  JOIN talk_place p ON p.subject = c.subject
  JOIN talk_rule r ON r.id = d.rule
  LEFT JOIN talk_appeal a ON a.decision = d.id
 WHERE d.id < :before ORDER BY d.id DESC LIMIT :limit;

-- talk_log_counts(since Time) -> one LogCounts
SELECT (SELECT count(*) FROM talk_decision d WHERE d.act = 'hide' AND d.at >= :since) AS "removed Int",
       (SELECT count(*) FROM talk_decision d WHERE d.act = 'restore' AND d.at >= :since) AS "restored Int",
       (SELECT count(*) FROM talk_appeal a WHERE a.at >= :since) AS "appeals Int",
       (SELECT count(*) FROM comment c WHERE c.at >= :since) AS "written Int";

-- talk_notice_list(person Id, limit Int) -> many NoticeLine
SELECT n.id, n.kind, n.at, n.read_at, d.id AS "decision Id", d.reason, d.rule, d.appeal_until, c.body, p.title, p.path,
       r.title_en, r.title_zh, r.text_en, r.text_zh, a.state AS "appeal Text?", a.reason AS "appeal_reason Text?"
  FROM talk_notice n
  JOIN talk_decision d ON d.notice = n.id
  JOIN comment c ON c.id = d.comment
  JOIN talk_place p ON p.subject = c.subject
  JOIN talk_rule r ON r.id = d.rule
  LEFT JOIN talk_appeal a ON a.decision = d.id
 WHERE n.person = :person ORDER BY n.id DESC LIMIT :limit;

-- talk_appeal_insert(decision Id, words Text, now Time) -> count
INSERT INTO talk_appeal (decision, words, at, state, moderator, reason, decided_at)
VALUES (:decision, :words, :now, 'open', NULL, '', NULL) ON CONFLICT (decision) DO NOTHING;

-- talk_appeal_decide(decision Id, state Text, moderator Id, reason Text, now Time) -> count
UPDATE talk_appeal SET state = :state, moderator = :moderator, reason = :reason, decided_at = :now
 WHERE decision = :decision AND state = 'open';

-- talk_appeal_list(limit Int) -> many AppealLine
SELECT a.decision, a.words, a.at, d.reason, d.moderator, c.body, p.org, p.title, p.path, r.title_en, r.title_zh
  FROM talk_appeal a
  JOIN talk_decision d ON d.id = a.decision
  JOIN comment c ON c.id = d.comment
  JOIN talk_place p ON p.subject = c.subject
  JOIN talk_rule r ON r.id = d.rule
 WHERE a.state = 'open' ORDER BY a.decision LIMIT :limit;

-- talk_other_moderators(org Id, me Id, now Time) -> one TalkCount
SELECT count(*) AS "total Int" FROM role_grant g
 WHERE g.org = :org AND g.person <> :me AND g.role IN ('moderator', 'admin') AND (g.until IS NULL OR g.until > :now);

-- ---- a person's own, and erasing them ----

-- comment_each_by(author Id) -> each OwnComment
SELECT c.id, c.body, c.state, c.at, p.title FROM comment c JOIN talk_place p ON p.subject = c.subject WHERE c.author = :author ORDER BY c.id;

-- comment_erase(author Id, now Time) -> done
UPDATE comment SET author = NULL, body = '', state = CASE WHEN state = 'hidden' THEN 'hidden' ELSE 'deleted' END, changed_at = :now
 WHERE author = :author;

-- talk_appeal_erase(author Id) -> done
UPDATE talk_appeal SET words = '' WHERE decision IN
  (SELECT d.id FROM talk_decision d JOIN comment c ON c.id = d.comment WHERE c.author = :author);

-- talk_notice_erase(person Id) -> done
UPDATE talk_notice SET person = NULL WHERE person = :person;

-- comment_report_erase(person Id) -> done
DELETE FROM comment_report WHERE person = :person;

-- talk_decision_erase(person Id) -> done
UPDATE talk_decision SET moderator = NULL WHERE moderator = :person;

-- ---- verify ----

-- verify_comments() -> each CommentCheck
SELECT c.id, c.state, c.decision, d.comment AS "decided Id?", d.act, d.notice FROM comment c LEFT JOIN talk_decision d ON d.id = c.decision;

-- verify_decisions() -> each DecisionCheck
SELECT d.id, d.comment, d.act, d.reason, d.appeal_until, d.at, c.id AS "there Id?" FROM talk_decision d LEFT JOIN comment c ON c.id = d.comment;
