-- Everything the room of quizzes asks the database.

-- ---- skills and questions ----

-- skill_by_path(org Id, path Text) -> maybe QuizId
SELECT id FROM skill WHERE org = :org AND path = :path;

-- skill_insert(id Id, org Id, path Text, now Time) -> done
INSERT INTO skill (id, org, path, made_at) VALUES (:id, :org, :path, :now);

-- skill_text_put(skill Id, lang Text, name Text) -> done
INSERT INTO skill_text (skill, lang, name) VALUES (:skill, :lang, :name)
ON CONFLICT (skill, lang) DO UPDATE SET name = excluded.name;

-- question_insert(id Id, org Id, skill Id?, months Int, origin Text, now Time) -> done
INSERT INTO question (id, org, skill, rev, months, origin, made_at, changed_at) VALUES (:id, :org, :skill, 1, :months, :origin, :now, :now);

-- question_change(id Id, skill Id?, rev Int, now Time) -> count
UPDATE question SET skill = :skill, rev = :rev, changed_at = :now WHERE id = :id;

-- question_rev_insert(id Id, question Id, rev Int, made_by Id?, now Time) -> done
INSERT INTO question_rev (id, question, rev, made_by, made_at) VALUES (:id, :question, :rev, :made_by, :now);

-- question_langs(quiz_rev Id) -> many QuestionLang
SELECT s.position, t.lang FROM quiz_question s JOIN question_text t ON t.question_rev = s.question_rev WHERE s.quiz_rev = :quiz_rev ORDER BY s.position, t.lang;

-- question_text_insert(question_rev Id, lang Text, body Text) -> done
INSERT INTO question_text (question_rev, lang, body) VALUES (:question_rev, :lang, :body);

-- question_newest(id Id) -> maybe QuestionNewest
SELECT q.id, q.org, r.id AS "rev Id" FROM question q JOIN question_rev r ON r.question = q.id AND r.rev = q.rev WHERE q.id = :id;

-- question_solved(person Id, question Id, now Time) -> maybe QuizId
SELECT a.id FROM attempt a
  JOIN quiz z ON z.id = a.quiz
  JOIN quiz_rev v ON v.id = a.quiz_rev
  JOIN quiz_question s ON s.quiz_rev = a.quiz_rev
  JOIN question_rev r ON r.id = s.question_rev
 WHERE a.person = :person AND a.ended_at IS NOT NULL AND r.question = :question AND v.feedback <> 'never'
   AND (z.mode <> 'exam' OR z.close_at IS NULL OR z.close_at <= :now) LIMIT 1;

-- question_texts(question_rev Id) -> many QuestionText
SELECT lang, body FROM question_text WHERE question_rev = :question_rev ORDER BY lang;

-- question_by_rev(question_rev Id) -> maybe QuestionRow
SELECT q.id, q.org, q.skill, q.rev, q.months, r.rev AS "this_rev Int" FROM question_rev r JOIN question q ON q.id = r.question WHERE r.id = :question_rev;

-- ---- quizzes ----

-- quiz_insert(id Id, org Id, channel Text, mode Text, rev Id, made_by Id?, now Time) -> done
INSERT INTO quiz (id, org, channel, mode, state, rev, open_at, close_at, made_by, made_at, changed_at)
VALUES (:id, :org, :channel, :mode, 'draft', :rev, NULL, NULL, :made_by, :now, :now);

-- quiz_rev_put(id Id, rev Id, now Time) -> count
UPDATE quiz SET rev = :rev, changed_at = :now WHERE id = :id;

-- quiz_change(id Id, mode Text, channel Text, open_at Time?, close_at Time?, now Time) -> count
UPDATE quiz SET mode = :mode, channel = :channel, open_at = :open_at, close_at = :close_at, changed_at = :now WHERE id = :id;

-- quiz_state_put(id Id, state Text, now Time) -> count
UPDATE quiz SET state = :state, changed_at = :now WHERE id = :id AND state <> :state;

-- quiz_rev_insert(id Id, quiz Id, rev Int, selection Text, questions Int, draw Int, time_s Int, question_s Int, grace_s Int, attempts Int, feedback Text, pass_ppm Int, shuffle Bool, marks Text, made_by Id?, now Time) -> done
INSERT INTO quiz_rev (id, quiz, rev, selection, questions, draw, time_s, question_s, grace_s, attempts, feedback, pass_ppm, shuffle, marks, made_by, made_at)
VALUES (:id, :quiz, :rev, :selection, :questions, :draw, :time_s, :question_s, :grace_s, :attempts, :feedback, :pass_ppm, :shuffle, :marks, :made_by, :now);

-- quiz_text_insert(quiz_rev Id, lang Text, title Text, about Text) -> done
INSERT INTO quiz_text (quiz_rev, lang, title, about) VALUES (:quiz_rev, :lang, :title, :about);

-- quiz_question_insert(quiz_rev Id, position Int, question_rev Id) -> done
INSERT INTO quiz_question (quiz_rev, position, question_rev) VALUES (:quiz_rev, :position, :question_rev);

-- quiz_texts(quiz_rev Id) -> many QuizWords
SELECT lang, title, about FROM quiz_text WHERE quiz_rev = :quiz_rev ORDER BY lang;

-- quiz_question_revs(quiz_rev Id) -> many QuizSlot
SELECT position, question_rev FROM quiz_question WHERE quiz_rev = :quiz_rev ORDER BY position;

-- part quiz
SELECT q.id, q.org, q.channel, q.mode, q.state, q.rev, q.open_at, q.close_at, r.rev AS "number Int", r.selection, r.questions, r.draw,
       r.time_s, r.question_s, r.grace_s, r.attempts, r.feedback, r.pass_ppm, r.shuffle, r.marks,
       coalesce(t.title, d.title, '') AS "title Text", coalesce(t.about, d.about, '') AS "about Text"
  FROM quiz q JOIN quiz_rev r ON r.id = q.rev
  LEFT JOIN quiz_text t ON t.quiz_rev = q.rev AND t.lang = :lang
  LEFT JOIN quiz_text d ON d.quiz_rev = q.rev AND d.lang = (SELECT min(x.lang) FROM quiz_text x WHERE x.quiz_rev = q.rev)

-- quiz_by_id(id Id, lang Text) -> maybe Quiz
{quiz} WHERE q.id = :id;

-- quiz_by_rev(rev Id, lang Text) -> maybe Quiz
SELECT q.id, q.org, q.channel, q.mode, q.state, r.id AS "rev Id", q.open_at, q.close_at, r.rev AS "number Int", r.selection, r.questions, r.draw,
       r.time_s, r.question_s, r.grace_s, r.attempts, r.feedback, r.pass_ppm, r.shuffle, r.marks,
       coalesce(t.title, d.title, '') AS "title Text", coalesce(t.about, d.about, '') AS "about Text"
  FROM quiz_rev r JOIN quiz q ON q.id = r.quiz
  LEFT JOIN quiz_text t ON t.quiz_rev = r.id AND t.lang = :lang
  LEFT JOIN quiz_text d ON d.quiz_rev = r.id AND d.lang = (SELECT min(x.lang) FROM quiz_text x WHERE x.quiz_rev = r.id)
 WHERE r.id = :rev;

-- quiz_list(lang Text, after Id, limit Int) -> many Quiz
{quiz} WHERE q.state = 'published' AND q.id > :after ORDER BY q.id LIMIT :limit;

-- quiz_list_by_org(org Id, lang Text, before Id, limit Int) -> many Quiz
{quiz} WHERE q.org = :org AND q.id < :before ORDER BY q.id DESC LIMIT :limit;

-- part paper_text
SELECT s.position, s.question_rev, q.id AS "question Id", q.skill, q.months, coalesce(t.lang, d.lang, '') AS "lang Text", coalesce(t.body, d.body, '') AS "body Text"
  FROM quiz_question s JOIN question_rev r ON r.id = s.question_rev JOIN question q ON q.id = r.question
  LEFT JOIN question_text t ON t.question_rev = s.question_rev AND t.lang = :lang
  LEFT JOIN question_text d ON d.question_rev = s.question_rev AND d.lang = (SELECT min(x.lang) FROM question_text x WHERE x.question_rev = s.question_rev)

-- paper_texts(quiz_rev Id, lang Text) -> many PaperText
{paper_text} WHERE s.quiz_rev = :quiz_rev ORDER BY s.position;

-- quiz_ids_by_channel(channel Text, limit Int) -> many QuizId
SELECT id FROM quiz WHERE state = 'published' AND channel = :channel ORDER BY id DESC LIMIT :limit;

-- pool_slots(quiz_rev Id) -> many PoolSlot
SELECT s.position, q.skill, q.months FROM quiz_question s JOIN question_rev r ON r.id = s.question_rev JOIN question q ON q.id = r.question
 WHERE s.quiz_rev = :quiz_rev ORDER BY s.position;

-- ---- attempts ----

-- attempt_insert(id Id, quiz Id, quiz_rev Id, person Id, lang Text, seed Int, asked Int, paper Text, device Text, device_seq Int, quiz_match Id?, period Int, now Time, due_at Time?) -> count
INSERT INTO attempt (id, quiz, quiz_rev, person, lang, seed, asked, paper, device, device_seq, quiz_match, period, started_at, due_at, ended_at, share, waits, passed)
VALUES (:id, :quiz, :quiz_rev, :person, :lang, :seed, :asked, :paper, :device, :device_seq, :quiz_match, :period, :now, :due_at, NULL, NULL, 0, 0)
ON CONFLICT (person, device, device_seq) DO NOTHING;

-- attempt_by_id(id Id) -> maybe Attempt
SELECT a.id, a.quiz, a.quiz_rev, a.person, a.lang, a.seed, a.asked, a.paper, a.quiz_match, a.period, a.started_at, a.due_at, a.ended_at,
       a.share, a.waits, a.passed, q.mode, q.org, q.close_at, r.selection, r.questions, r.time_s, r.question_s, r.grace_s, r.feedback, r.pass_ppm, r.shuffle, r.marks,
       (SELECT count(*) FROM attempt_event e WHERE e.attempt = a.id) AS "events Int"
  FROM attempt a JOIN quiz q ON q.id = a.quiz JOIN quiz_rev r ON r.id = a.quiz_rev WHERE a.id = :id;

-- attempt_by_device(person Id, device Text, device_seq Int) -> maybe AttemptKey
SELECT id, quiz FROM attempt WHERE person = :person AND device = :device AND device_seq = :device_seq;

-- attempt_counts(quiz Id, person Id, period Int) -> one AttemptCounts
SELECT count(*) AS "total Int", coalesce(sum(CASE WHEN period = :period THEN 1 ELSE 0 END), 0) AS "in_period Int",
       coalesce(max(CASE WHEN ended_at IS NULL THEN id ELSE 0 END), 0) AS "open Id", coalesce(max(share), 0) AS "best Int"
  FROM attempt WHERE quiz = :quiz AND person = :person;

-- attempt_list_by_person(person Id, before Id, limit Int, lang Text) -> many AttemptBrief
SELECT a.id, a.quiz, a.started_at, a.ended_at, a.share, a.waits, a.passed, q.mode, coalesce(t.title, d.title, '') AS "title Text",
       (SELECT count(*) FROM attempt_event e WHERE e.attempt = a.id) AS "events Int"
  FROM attempt a JOIN quiz q ON q.id = a.quiz
  LEFT JOIN quiz_text t ON t.quiz_rev = a.quiz_rev AND t.lang = :lang
  LEFT JOIN quiz_text d ON d.quiz_rev = a.quiz_rev AND d.lang = (SELECT min(x.lang) FROM quiz_text x WHERE x.quiz_rev = a.quiz_rev)
 WHERE a.person = :person AND a.id < :before ORDER BY a.id DESC LIMIT :limit;

-- attempt_event_insert(attempt Id, device Text, seq Int, position Int, response Text, share Int, waits Bool, counts Bool, hinted Bool, ms Int, answered_at Time, now Time) -> count
INSERT INTO attempt_event (attempt, device, seq, position, response, share, waits, counts, hinted, ms, answered_at, received_at)
SELECT :attempt, :device, :seq, :position, :response, :share, :waits, :counts, :hinted, :ms, :answered_at, :now
  FROM attempt a WHERE a.id = :attempt AND a.ended_at IS NULL
ON CONFLICT (attempt, device, seq) DO NOTHING;

-- attempt_event_by_key(attempt Id, device Text, seq Int) -> maybe AttemptEvent
SELECT device, seq, position, response, share, waits, counts, hinted, ms, received_at FROM attempt_event
 WHERE attempt = :attempt AND device = :device AND seq = :seq;

-- attempt_events(attempt Id) -> many AttemptEvent
SELECT device, seq, position, response, share, waits, counts, hinted, ms, received_at FROM attempt_event
 WHERE attempt = :attempt ORDER BY received_at, seq, device;

-- attempt_marks(attempt Id) -> many AttemptMark
SELECT position, at, share, note FROM attempt_mark WHERE attempt = :attempt ORDER BY position, at;

-- attempt_mark_insert(attempt Id, position Int, at Time, share Int, note Text, marked_by Id) -> done
INSERT INTO attempt_mark (attempt, position, at, share, note, marked_by) VALUES (:attempt, :position, :at, :share, :note, :marked_by);

-- attempt_end(id Id, share Int, waits Int, passed Bool, now Time) -> count
UPDATE attempt SET share = :share, waits = :waits, passed = :passed, ended_at = :now WHERE id = :id AND ended_at IS NULL;

-- attempt_share_put(id Id, share Int, waits Int, passed Bool) -> count
UPDATE attempt SET share = :share, waits = :waits, passed = :passed WHERE id = :id AND ended_at IS NOT NULL;

-- attempts_overdue(before Time, limit Int) -> many AttemptDue
SELECT a.id, a.due_at, r.grace_s FROM attempt a JOIN quiz_rev r ON r.id = a.quiz_rev
 WHERE a.ended_at IS NULL AND a.due_at IS NOT NULL AND a.due_at < :before ORDER BY a.due_at LIMIT :limit;

-- attempts_waiting(org Id, limit Int) -> many AttemptWaiting
SELECT a.id, a.quiz, a.quiz_rev, a.person, a.ended_at, a.waits FROM attempt a JOIN quiz q ON q.id = a.quiz JOIN quiz_rev r ON r.id = a.quiz_rev
 WHERE q.org = :org AND a.waits > 0 AND a.ended_at IS NOT NULL AND r.marks = 'coach' ORDER BY a.id LIMIT :limit;

-- ---- results ----

-- quiz_totals(quiz Id) -> one QuizTotals
SELECT count(*) AS "attempts Int", count(DISTINCT person) AS "people Int", count(DISTINCT CASE WHEN passed = 1 THEN person END) AS "passed Int",
       coalesce(sum(share), 0) AS "sum Int" FROM attempt WHERE quiz = :quiz AND ended_at IS NOT NULL;

-- quiz_results(quiz Id, after Id, limit Int) -> many QuizResult
SELECT a.id, a.person, a.ended_at, a.share, a.waits, a.passed FROM attempt a JOIN quiz_rev r ON r.id = a.quiz_rev
 WHERE a.quiz = :quiz AND a.id > :after AND a.ended_at IS NOT NULL AND r.marks = 'coach' AND a.person <> 0 ORDER BY a.id LIMIT :limit;

-- ---- matches ----

-- match_insert(id Id, quiz Id, quiz_rev Id, seed Int, code Text, host Id, now Time) -> done
INSERT INTO quiz_match (id, quiz, quiz_rev, seed, code, host, guest, made_at) VALUES (:id, :quiz, :quiz_rev, :seed, :code, :host, NULL, :now);

-- match_by_id(id Id) -> maybe QuizMatch
SELECT id, quiz, quiz_rev, seed, code, host, guest, made_at FROM quiz_match WHERE id = :id;

-- match_by_code(code Text, since Time) -> many QuizMatch
SELECT id, quiz, quiz_rev, seed, code, host, guest, made_at FROM quiz_match WHERE code = :code AND made_at > :since ORDER BY made_at DESC LIMIT 1;

-- match_join(id Id, guest Id) -> count
UPDATE quiz_match SET guest = :guest WHERE id = :id AND (guest IS NULL OR guest = :guest) AND host <> :guest;

-- match_attempts(quiz_match Id) -> many MatchAttempt
SELECT id, person, ended_at, share FROM attempt WHERE quiz_match = :quiz_match ORDER BY id;

-- ---- memory ----

-- memory_of(person Id, lang Text) -> many MemoryRow
SELECT m.skill, m.stability, m.difficulty, m.reps, m.lapses, m.recent, m.recent_len, m.criterion_m, m.criterion_n, m.criterion_r, m.reviewed_at, m.due_at,
       coalesce(t.name, e.name, s.path) AS "name Text"
  FROM memory m JOIN skill s ON s.id = m.skill
  LEFT JOIN skill_text t ON t.skill = m.skill AND t.lang = :lang
  LEFT JOIN skill_text e ON e.skill = m.skill AND e.lang = 'en'
 WHERE m.person = :person ORDER BY m.due_at;

-- memory_at(person Id, skill Id) -> maybe MemoryState
SELECT stability, difficulty, reps, lapses, recent, recent_len, criterion_m, criterion_n, criterion_r, reviewed_at, due_at FROM memory
 WHERE person = :person AND skill = :skill;

-- memory_put(person Id, skill Id, stability Real, difficulty Real, reps Int, lapses Int, recent Int, recent_len Int, criterion_m Int, criterion_n Int, criterion_r Real, now Time, due_at Time) -> done
INSERT INTO memory (person, skill, algo, stability, difficulty, reps, lapses, recent, recent_len, criterion_m, criterion_n, criterion_r, reviewed_at, due_at)
VALUES (:person, :skill, 6, :stability, :difficulty, :reps, :lapses, :recent, :recent_len, :criterion_m, :criterion_n, :criterion_r, :now, :due_at)
ON CONFLICT (person, skill) DO UPDATE SET stability = excluded.stability, difficulty = excluded.difficulty, reps = excluded.reps, lapses = excluded.lapses,
  recent = excluded.recent, recent_len = excluded.recent_len, reviewed_at = excluded.reviewed_at, due_at = excluded.due_at;

-- memory_wish_of(person Id) -> maybe MemoryWish
SELECT retention_ppm FROM memory_wish WHERE person = :person;

-- memory_wish_put(person Id, retention_ppm Int, now Time) -> done
INSERT INTO memory_wish (person, retention_ppm, changed_at) VALUES (:person, :retention_ppm, :now)
ON CONFLICT (person) DO UPDATE SET retention_ppm = excluded.retention_ppm, changed_at = excluded.changed_at;

-- ---- people who leave ----

-- attempts_forget(person Id) -> done
UPDATE attempt SET person = 0, device = CAST(id AS TEXT), quiz_match = NULL WHERE person = :person;

-- match_forget_host(person Id) -> done
UPDATE quiz_match SET host = 0 WHERE host = :person;

-- match_forget_guest(person Id) -> done
UPDATE quiz_match SET guest = NULL WHERE guest = :person;

-- memory_forget(person Id) -> done
DELETE FROM memory WHERE person = :person;

-- memory_wish_forget(person Id) -> done
DELETE FROM memory_wish WHERE person = :person;

-- ---- checks ----

-- verify_attempts() -> each AttemptSums
SELECT a.id, a.share, a.waits, a.passed, a.asked, a.seed, a.paper, a.lang, a.quiz_rev, a.ended_at FROM attempt a WHERE a.ended_at IS NOT NULL;

-- verify_revs() -> each QuizRevSums
SELECT r.id, r.questions, (SELECT count(*) FROM quiz_question s WHERE s.quiz_rev = r.id) AS "there Int" FROM quiz_rev r;

-- verify_late() -> each LateEvent
SELECT e.attempt, e.seq, e.counts, e.received_at, a.due_at, r.grace_s FROM attempt_event e JOIN attempt a ON a.id = e.attempt JOIN quiz_rev r ON r.id = a.quiz_rev
 WHERE a.due_at IS NOT NULL AND e.counts = 1 AND e.received_at > a.due_at + r.grace_s * 1000;

-- attempt_words_forget(person Id) -> done
UPDATE attempt_event SET response = '' WHERE waits = 1 AND attempt IN (SELECT a.id FROM attempt a WHERE a.person = :person);

-- attempt_mark_notes_forget(person Id) -> done
UPDATE attempt_mark SET note = '' WHERE attempt IN (SELECT a.id FROM attempt a WHERE a.person = :person);
