-- Everything learning asks the database.

-- ---- channels ----

-- channel_insert(id Id, org Id, slug Text, kind Text, person Id?, visibility Text, comment_mode Text, lang Text, now Time) -> done
INSERT INTO channel (id, org, slug, kind, person, visibility, comment_mode, lang, open, made_at, changed_at)
VALUES (:id, :org, :slug, :kind, :person, :visibility, :comment_mode, :lang, 1, :now, :now);

-- channel_change(id Id, kind Text, visibility Text, comment_mode Text, open Bool, now Time) -> count
UPDATE channel SET kind = :kind, visibility = :visibility, comment_mode = :comment_mode, open = :open, changed_at = :now WHERE id = :id;

-- channel_text_put(channel Id, lang Text, title Text, about Text) -> done
INSERT INTO channel_text (channel, lang, title, about) VALUES (:channel, :lang, :title, :about)
ON CONFLICT (channel, lang) DO UPDATE SET title = excluded.title, about = excluded.about;

-- channel_text_drop(channel Id, lang Text) -> done
DELETE FROM channel_text WHERE channel = :channel AND lang = :lang;

-- channel_texts(channel Id) -> many ChannelText
SELECT lang, title, about FROM channel_text WHERE channel = :channel ORDER BY lang;

-- channel_slug_taken(slug Text) -> maybe LearnId
SELECT id FROM channel WHERE slug = :slug;

-- part channel
SELECT c.id, c.org, c.slug, c.kind, c.person, c.visibility, c.comment_mode, c.lang, c.open, c.changed_at,
       coalesce(t.title, d.title) AS "title Text", coalesce(t.about, d.about) AS "about Text",
       (SELECT count(*) FROM item i WHERE i.channel = c.id AND i.shown > 0 AND i.state <> 'withdrawn' AND i.visible_at <= :now) AS "pieces Int",
       (SELECT CASE WHEN count(*) >= 5 THEN count(*) / 5 * 5 ELSE 0 END FROM subscription s WHERE s.channel = c.id) AS "followers Int"
  FROM channel c
  JOIN channel_text d ON d.channel = c.id AND d.lang = c.lang
  LEFT JOIN channel_text t ON t.channel = c.id AND t.lang = :lang

-- channel_by_slug(slug Text, lang Text, now Time) -> maybe Channel
{channel} WHERE c.slug = :slug;

-- channel_by_id(id Id, lang Text, now Time) -> maybe Channel
{channel} WHERE c.id = :id;

-- channel_list(lang Text, members Bool, now Time, after Id, limit Int) -> many Channel
{channel} WHERE c.open = 1 AND (c.visibility = 'public' OR :members = 1) AND c.id > :after
 ORDER BY c.id LIMIT :limit;

-- channel_list_all(lang Text, now Time) -> many Channel
{channel} ORDER BY c.id LIMIT 500;

-- subscription_add(person Id, channel Id, now Time) -> count
INSERT INTO subscription (person, channel, at) VALUES (:person, :channel, :now) ON CONFLICT (person, channel) DO NOTHING;

-- subscription_drop(person Id, channel Id) -> count
DELETE FROM subscription WHERE person = :person AND channel = :channel;

-- subscription_list(person Id) -> many Subscription
SELECT s.channel, s.at, c.slug FROM subscription s JOIN channel c ON c.id = s.channel WHERE s.person = :person ORDER BY s.channel LIMIT 1000;

-- subscription_erase(person Id) -> done
DELETE FROM subscription WHERE person = :person;

-- ---- pieces ----

-- item_insert(id Id, channel Id, author Id?, guid Text?, now Time) -> done
INSERT INTO item (id, channel, author, state, newest, shown, visible_at, embargo, first_at, reason, guid, comment_mode, made_at, changed_at)
VALUES (:id, :channel, :author, 'draft', 1, 0, NULL, NULL, NULL, '', :guid, NULL, :now, :now);

-- item_revision_insert(id Id, item Id, number Int, author Id?, lang Text, picture Text, picture_alt Text, source_name Text, source_url Text, licence Text, note Text, hash Text, bytes Int, now Time) -> done
INSERT INTO item_revision (id, item, number, author, lang, picture, picture_alt, source_name, source_url, licence, note, hash, bytes, at)
VALUES (:id, :item, :number, :author, :lang, :picture, :picture_alt, :source_name, :source_url, :licence, :note, :hash,
        :bytes + coalesce((SELECT p.bytes / 4 FROM picture p WHERE p.hash = substr(:picture, 1, 40)), 0), :now);

-- item_text_insert(revision Id, lang Text, title Text, summary Text, body Text) -> done
INSERT INTO item_text (revision, lang, title, summary, body) VALUES (:revision, :lang, :title, :summary, :body);

-- item_newest_put(id Id, newest Int, state Text, now Time) -> done
UPDATE item SET newest = :newest, state = :state, changed_at = :now WHERE id = :id;

-- item_state_put(id Id, state Text, reason Text, now Time) -> done
UPDATE item SET state = :state, reason = :reason, changed_at = :now WHERE id = :id;

-- item_publish_put(id Id, visible_at Time, embargo Time?, now Time) -> done
UPDATE item SET state = 'published', shown = newest, visible_at = :visible_at, embargo = :embargo, reason = '',
       first_at = coalesce(first_at, :now), changed_at = :now WHERE id = :id;

-- item_mode_put(id Id, comment_mode Text?, now Time) -> done
UPDATE item SET comment_mode = :comment_mode, changed_at = :now WHERE id = :id;

-- item_by_id(id Id) -> maybe Item
SELECT i.id, i.channel, i.author, i.state, i.newest, i.shown, i.visible_at, i.embargo, i.first_at, i.reason, i.guid, i.comment_mode,
       i.made_at, i.changed_at, c.slug, c.org, c.person, c.visibility, c.comment_mode AS "channel_mode Text", c.open
  FROM item i JOIN channel c ON c.id = i.channel WHERE i.id = :id;

-- item_by_guid(channel Id, guid Text) -> maybe LearnId
SELECT id FROM item WHERE channel = :channel AND guid = :guid;

-- item_words(item Id, number Int, lang Text) -> maybe ItemWords
SELECT r.id, r.number, r.author, r.lang, r.picture, r.picture_alt, r.source_name, r.source_url, r.licence, r.note, r.hash, r.bytes, r.at,
       coalesce(t.lang, d.lang) AS "said_in Text", coalesce(t.title, d.title) AS "title Text",
       coalesce(t.summary, d.summary) AS "summary Text", coalesce(t.body, d.body) AS "body Text"
  FROM item_revision r
  JOIN item_text d ON d.revision = r.id AND d.lang = r.lang
  LEFT JOIN item_text t ON t.revision = r.id AND t.lang = :lang
 WHERE r.item = :item AND r.number = :number;

-- item_texts(revision Id) -> many ItemText
SELECT lang, title, summary, body FROM item_text WHERE revision = :revision ORDER BY lang;

-- item_revisions(item Id) -> many RevisionLine
SELECT id, number, author, note, hash, at FROM item_revision WHERE item = :item ORDER BY number DESC LIMIT 200;

-- item_event_add(item Id, verb Text, from_state Text, to_state Text, revision Int, who Id?, reason Text, now Time) -> done
INSERT INTO item_event (item, seq, verb, from_state, to_state, revision, who, reason, at)
SELECT :item, coalesce(max(seq), 0) + 1, :verb, :from_state, :to_state, :revision, :who, :reason, :now FROM item_event WHERE item = :item;

-- item_events(item Id) -> many ItemEvent
SELECT seq, verb, from_state, to_state, revision, who, reason, at FROM item_event WHERE item = :item ORDER BY seq;

-- item_search_insert(item Id, words Text) -> done
INSERT INTO item_search (rowid, words) VALUES (:item, :words);

-- item_search_insert postgres
INSERT INTO item_search (id, words) VALUES (:item, :words);

-- item_search_drop(item Id) -> done
DELETE FROM item_search WHERE rowid = :item;

-- item_search_drop postgres
DELETE FROM item_search WHERE id = :item;

-- item_search_clear() -> done
DELETE FROM item_search;

-- item_shown_ids(after Id, limit Int) -> many LearnId
SELECT id FROM item WHERE shown > 0 AND state <> 'withdrawn' AND id > :after ORDER BY id LIMIT :limit;

-- part item_words
JOIN channel c ON c.id = i.channel
  JOIN channel_text cd ON cd.channel = c.id AND cd.lang = c.lang
  LEFT JOIN channel_text ct ON ct.channel = c.id AND ct.lang = :lang
  JOIN item_revision r ON r.item = i.id AND r.number = i.shown
  JOIN item_text d ON d.revision = r.id AND d.lang = r.lang
  LEFT JOIN item_text t ON t.revision = r.id AND t.lang = :lang

-- part item_card
SELECT i.id, i.channel, i.visible_at AS "shown_at Time", r.picture, r.picture_alt, r.bytes, r.source_name, c.slug, c.kind,
       coalesce(ct.title, cd.title) AS "channel_title Text", coalesce(t.lang, d.lang) AS "said_in Text",
       coalesce(t.title, d.title) AS "title Text", coalesce(t.summary, d.summary) AS "summary Text"

-- item_page(lang Text, members Bool, now Time, before Time, before_id Id, limit Int) -> many ItemCard
{item_card}
  FROM item i
  {item_words}
 WHERE i.shown > 0 AND i.state <> 'withdrawn' AND i.visible_at <= :now AND c.open = 1 AND (c.visibility = 'public' OR :members = 1)
   AND (i.visible_at < :before OR (i.visible_at = :before AND i.id < :before_id))
 ORDER BY i.visible_at DESC, i.id DESC LIMIT :limit;

-- item_page_of(channel Id, lang Text, now Time, before Time, before_id Id, limit Int) -> many ItemCard
{item_card}
  FROM item i
  {item_words}
 WHERE i.channel = :channel AND i.shown > 0 AND i.state <> 'withdrawn' AND i.visible_at <= :now
   AND (i.visible_at < :before OR (i.visible_at = :before AND i.id < :before_id))
 ORDER BY i.visible_at DESC, i.id DESC LIMIT :limit;

-- item_page_mine(person Id, lang Text, now Time, before Time, before_id Id, limit Int) -> many ItemCard
{item_card}
  FROM item i
  JOIN subscription s ON s.channel = i.channel AND s.person = :person
  {item_words}
 WHERE i.shown > 0 AND i.state <> 'withdrawn' AND i.visible_at <= :now AND c.open = 1
   AND (i.visible_at < :before OR (i.visible_at = :before AND i.id < :before_id))
 ORDER BY i.visible_at DESC, i.id DESC LIMIT :limit;

-- item_page_found(words Text, lang Text, members Bool, channel Id, now Time, before Id, limit Int) -> many ItemCard
{item_card}
  FROM item_search f
  JOIN item i ON i.id = f.rowid
  {item_words}
 WHERE item_search MATCH :words AND f.rowid < :before
   AND i.shown > 0 AND i.state <> 'withdrawn' AND i.visible_at <= :now AND c.open = 1 AND (c.visibility = 'public' OR :members = 1)
   AND (:channel = 0 OR i.channel = :channel)
 ORDER BY f.rowid DESC LIMIT :limit;

-- item_page_found postgres
{item_card}
  FROM item_search f
  JOIN item i ON i.id = f.id
  {item_words}
 WHERE to_tsvector('simple', f.words) @@ to_tsquery('simple', :words) AND f.id < :before
   AND i.shown > 0 AND i.state <> 'withdrawn' AND i.visible_at <= :now AND c.open = 1 AND (c.visibility = 'public' OR :members = 1)
   AND (:channel = 0 OR i.channel = :channel)
 ORDER BY f.id DESC LIMIT :limit;

-- item_work_list(lang Text, limit Int) -> many ItemWork
SELECT i.id, i.state, i.newest, i.shown, i.visible_at, i.changed_at, i.reason, c.org, c.person, c.slug,
       coalesce(ct.title, cd.title) AS "channel_title Text", coalesce(t.title, d.title) AS "title Text"
  FROM item i
  JOIN channel c ON c.id = i.channel
  JOIN channel_text cd ON cd.channel = c.id AND cd.lang = c.lang
  LEFT JOIN channel_text ct ON ct.channel = c.id AND ct.lang = :lang
  JOIN item_revision r ON r.item = i.id AND r.number = i.newest
  JOIN item_text d ON d.revision = r.id AND d.lang = r.lang
  LEFT JOIN item_text t ON t.revision = r.id AND t.lang = :lang
 ORDER BY CASE i.state WHEN 'review' THEN 0 WHEN 'draft' THEN 1 WHEN 'withdrawn' THEN 3 ELSE 2 END, i.changed_at DESC LIMIT :limit;

-- item_feed(channel Id, now Time, limit Int) -> many FeedEntry
SELECT i.id, i.visible_at AS "shown_at Time", i.changed_at, r.at, r.lang, r.source_url, r.licence, r.picture, t.title, t.summary, t.body
  FROM item i
  JOIN item_revision r ON r.item = i.id AND r.number = i.shown
  JOIN item_text t ON t.revision = r.id AND t.lang = r.lang
 WHERE i.channel = :channel AND i.shown > 0 AND i.state <> 'withdrawn' AND i.visible_at <= :now
 ORDER BY i.visible_at DESC, i.id DESC LIMIT :limit;

-- item_read_put(person Id, item Id, now Time) -> count
INSERT INTO item_read (person, item, at) VALUES (:person, :item, :now) ON CONFLICT (person, item) DO NOTHING;

-- item_read_drop(person Id, item Id) -> count
DELETE FROM item_read WHERE person = :person AND item = :item;

-- item_read_has(person Id, item Id) -> maybe LearnId
SELECT item AS id FROM item_read WHERE person = :person AND item = :item;

-- item_read_list(person Id) -> many ReadLine
SELECT item, at FROM item_read WHERE person = :person ORDER BY at LIMIT 100000;

-- item_read_erase(person Id) -> done
DELETE FROM item_read WHERE person = :person;

-- ---- points ----

-- point_rule_count() -> one LearnCount
SELECT count(*) AS "total Int" FROM point_rule;

-- point_rule_put(name Text, points Int, daily_cap Int, used Bool, now Time) -> done
INSERT INTO point_rule (name, points, daily_cap, used, changed_at) VALUES (:name, :points, :daily_cap, :used, :now)
ON CONFLICT (name) DO UPDATE SET points = excluded.points, daily_cap = excluded.daily_cap, used = excluded.used, changed_at = excluded.changed_at;

-- point_rule_list() -> many PointRule
SELECT name, points, daily_cap, used FROM point_rule ORDER BY name;

-- point_rule_by_name(name Text) -> maybe PointRule
SELECT name, points, daily_cap, used FROM point_rule WHERE name = :name;

-- point_choice_by_person(person Id) -> maybe PointChoice
SELECT person, used FROM point_choice WHERE person = :person;

-- point_choice_put(person Id, used Bool, now Time) -> done
INSERT INTO point_choice (person, used, changed_at) VALUES (:person, :used, :now)
ON CONFLICT (person) DO UPDATE SET used = excluded.used, changed_at = excluded.changed_at;

-- point_head(person Id) -> maybe PointHead
SELECT n, hash FROM point_entry WHERE person = :person ORDER BY n DESC LIMIT 1;

-- point_day(person Id, rule Text, day Date, ref Id) -> one PointDay
SELECT count(*) AS "times Int", coalesce(sum(CASE WHEN ref = :ref THEN 1 ELSE 0 END), 0) AS "same Int"
  FROM point_entry WHERE person = :person AND rule = :rule AND day = :day;

-- point_entry_add(person Id, n Int, rule Text, ref Id, day Date, delta Int, now Time, hash Text) -> done
INSERT INTO point_entry (person, n, rule, ref, day, delta, at, hash) VALUES (:person, :n, :rule, :ref, :day, :delta, :now, :hash);

-- point_list(person Id) -> many PointEntry
SELECT n, rule, ref, day, delta, at, hash FROM point_entry WHERE person = :person ORDER BY n LIMIT 100000;

-- point_total(person Id, day Date) -> one PointTotal
SELECT coalesce(sum(delta), 0) AS "total Int", coalesce(sum(CASE WHEN day = :day THEN delta ELSE 0 END), 0) AS "today Int"
  FROM point_entry WHERE person = :person;

-- point_each() -> each PointRow
SELECT person, n, rule, ref, day, delta, at, hash FROM point_entry ORDER BY person, n;

-- point_erase(person Id) -> done
DELETE FROM point_entry WHERE person = :person;

-- point_choice_erase(person Id) -> done
DELETE FROM point_choice WHERE person = :person;

-- ---- courses ----

-- course_insert(id Id, channel Id, slug Text, lang Text, picture Text, picture_alt Text, licence Text, certificate Bool, origin Text?, now Time) -> done
INSERT INTO course (id, channel, slug, lang, state, reason, picture, picture_alt, licence, certificate, origin, made_at, changed_at)
VALUES (:id, :channel, :slug, :lang, 'draft', '', :picture, :picture_alt, :licence, :certificate, :origin, :now, :now);

-- course_change(id Id, picture Text, picture_alt Text, licence Text, certificate Bool, now Time) -> count
UPDATE course SET picture = :picture, picture_alt = :picture_alt, licence = :licence, certificate = :certificate, changed_at = :now
 WHERE id = :id;

-- course_state_put(id Id, state Text, reason Text, now Time) -> count
UPDATE course SET state = :state, reason = :reason, changed_at = :now WHERE id = :id AND state <> :state;

-- course_origin_put(id Id, origin Text) -> count
UPDATE course SET origin = :origin WHERE id = :id AND origin IS NULL;

-- item_guid_put(id Id, guid Text) -> count
UPDATE item SET guid = :guid WHERE id = :id AND guid IS NULL;

-- course_touch(id Id, now Time) -> done
UPDATE course SET changed_at = :now WHERE id = :id;

-- course_text_put(course Id, lang Text, title Text, about Text) -> done
INSERT INTO course_text (course, lang, title, about) VALUES (:course, :lang, :title, :about)
ON CONFLICT (course, lang) DO UPDATE SET title = excluded.title, about = excluded.about;

-- course_texts(course Id) -> many CourseText
SELECT lang, title, about FROM course_text WHERE course = :course ORDER BY lang;

-- course_slug_taken(slug Text) -> maybe LearnId
SELECT id FROM course WHERE slug = :slug;

-- course_by_origin(origin Text) -> maybe LearnId
SELECT id FROM course WHERE origin = :origin;

-- part course
SELECT c.id, c.channel, c.slug, c.lang, c.state, c.reason, c.picture, c.picture_alt, c.licence, c.certificate, c.origin, c.made_at,
       c.changed_at, h.org, h.visibility, h.person, h.slug AS "channel_slug Text",
       coalesce(t.title, d.title) AS "title Text", coalesce(t.about, d.about) AS "about Text"
  FROM course c
  JOIN channel h ON h.id = c.channel
  JOIN course_text d ON d.course = c.id AND d.lang = c.lang
  LEFT JOIN course_text t ON t.course = c.id AND t.lang = :lang

-- course_by_slug(slug Text, lang Text) -> maybe Course
{course} WHERE c.slug = :slug;

-- course_by_id(id Id, lang Text) -> maybe Course
{course} WHERE c.id = :id;

-- part course_card
SELECT c.id, c.slug, c.state, c.picture, c.picture_alt, h.org, h.person,
       coalesce(t.title, d.title) AS "title Text", coalesce(t.about, d.about) AS "about Text",
       (SELECT count(*) FROM lesson l WHERE l.course = c.id AND l.gone = 0) AS "lessons Int"
  FROM course c
  JOIN channel h ON h.id = c.channel
  JOIN course_text d ON d.course = c.id AND d.lang = c.lang
  LEFT JOIN course_text t ON t.course = c.id AND t.lang = :lang

-- course_list(lang Text, members Bool, limit Int) -> many CourseCard
{course_card} WHERE c.state = 'published' AND h.open = 1 AND (h.visibility = 'public' OR :members = 1) ORDER BY c.id LIMIT :limit;

-- course_list_all(lang Text, limit Int) -> many CourseCard
{course_card} ORDER BY c.id LIMIT :limit;

-- course_need_add(course Id, needs Id) -> count
INSERT INTO course_needs (course, needs) VALUES (:course, :needs) ON CONFLICT (course, needs) DO NOTHING;

-- course_need_drop(course Id, needs Id) -> count
DELETE FROM course_needs WHERE course = :course AND needs = :needs;

-- course_need_back(course Id, needs Id) -> maybe LearnId
WITH RECURSIVE before(id) AS (SELECT :needs UNION SELECT n.needs FROM course_needs n JOIN before b ON n.course = b.id)
SELECT id FROM before WHERE id = :course;

-- course_needs_list(course Id, lang Text, person Id) -> many CourseNeed
SELECT c.id, c.slug, coalesce(t.title, d.title) AS "title Text",
       EXISTS (SELECT 1 FROM course_certificate f WHERE f.course = c.id AND f.person = :person) AS "done Bool"
  FROM course_needs n
  JOIN course c ON c.id = n.needs
  JOIN course_text d ON d.course = c.id AND d.lang = c.lang
  LEFT JOIN course_text t ON t.course = c.id AND t.lang = :lang
 WHERE n.course = :course ORDER BY c.id;

-- lesson_insert(id Id, course Id, position Int, after_before Bool) -> done
INSERT INTO lesson (id, course, position, after_before, gone) VALUES (:id, :course, :position, :after_before, 0);

-- lesson_gone_put(id Id, gone Bool) -> count
UPDATE lesson SET gone = :gone WHERE id = :id;

-- lesson_position_put(id Id, position Int) -> done
UPDATE lesson SET position = :position WHERE id = :id;

-- lesson_text_put(lesson Id, lang Text, title Text) -> done
INSERT INTO lesson_text (lesson, lang, title) VALUES (:lesson, :lang, :title)
ON CONFLICT (lesson, lang) DO UPDATE SET title = excluded.title;

-- lesson_texts(lesson Id) -> many LessonText
SELECT lang, title FROM lesson_text WHERE lesson = :lesson ORDER BY lang;

-- lesson_list(course Id, lang Text, fallback Text) -> many Lesson
SELECT l.id, l.position, l.after_before, coalesce(t.title, d.title, '') AS "title Text"
  FROM lesson l
  LEFT JOIN lesson_text d ON d.lesson = l.id AND d.lang = :fallback
  LEFT JOIN lesson_text t ON t.lesson = l.id AND t.lang = :lang
 WHERE l.course = :course AND l.gone = 0 ORDER BY l.position, l.id;

-- lesson_course(id Id) -> maybe LearnId
SELECT course AS id FROM lesson WHERE id = :id;

-- step_insert(id Id, lesson Id, position Int, kind Text, item Id?, quiz Id?, media Id?) -> done
INSERT INTO step (id, lesson, position, kind, item, quiz, media, gone) VALUES (:id, :lesson, :position, :kind, :item, :quiz, :media, 0);

-- step_last(lesson Id) -> one LearnCount
SELECT coalesce(max(position), 0) AS "total Int" FROM step WHERE lesson = :lesson;

-- step_gone_put(id Id, gone Bool) -> count
UPDATE step SET gone = :gone WHERE id = :id;

-- step_position_put(id Id, position Int) -> done
UPDATE step SET position = :position WHERE id = :id;

-- step_text_put(step Id, lang Text, title Text, body Text) -> done
INSERT INTO step_text (step, lang, title, body) VALUES (:step, :lang, :title, :body)
ON CONFLICT (step, lang) DO UPDATE SET title = excluded.title, body = excluded.body;

-- step_texts(step Id) -> many StepText
SELECT lang, title, body FROM step_text WHERE step = :step ORDER BY lang;

-- step_list(course Id, lang Text, fallback Text, person Id) -> many Step
SELECT s.id, s.lesson, s.position, s.kind, s.item, s.quiz, s.media,
       coalesce(t.title, d.title, it.title, id.title, '') AS "title Text", coalesce(t.body, d.body, '') AS "body Text",
       coalesce(r.bytes, 0) AS "bytes Int", coalesce(h.slug, '') AS "channel_slug Text",
       EXISTS (SELECT 1 FROM step_done x WHERE x.person = :person AND x.step = s.id) AS "done Bool"
  FROM lesson l
  JOIN step s ON s.lesson = l.id AND s.gone = 0
  LEFT JOIN step_text d ON d.step = s.id AND d.lang = :fallback
  LEFT JOIN step_text t ON t.step = s.id AND t.lang = :lang
  LEFT JOIN item i ON i.id = s.item
  LEFT JOIN channel h ON h.id = i.channel
  LEFT JOIN item_revision r ON r.item = i.id AND r.number = CASE WHEN i.shown > 0 THEN i.shown ELSE i.newest END
  LEFT JOIN item_text id ON id.revision = r.id AND id.lang = r.lang
  LEFT JOIN item_text it ON it.revision = r.id AND it.lang = :lang
 WHERE l.course = :course AND l.gone = 0 ORDER BY l.position, l.id, s.position, s.id;

-- step_where(id Id) -> maybe StepWhere
SELECT s.id, s.lesson, s.kind, s.item, s.quiz, s.gone, l.course, l.position, l.gone AS "lesson_gone Bool" FROM step s JOIN lesson l ON l.id = s.lesson WHERE s.id = :id;

-- steps_of_quiz(quiz Id, person Id) -> many LearnId
SELECT s.id FROM step s
  JOIN lesson l ON l.id = s.lesson
  JOIN enrolment e ON e.course = l.course AND e.person = :person
 WHERE s.quiz = :quiz AND s.gone = 0 AND l.gone = 0;

-- ---- learners ----

-- enrol(person Id, course Id, cohort Id?, now Time) -> done
INSERT INTO enrolment (person, course, cohort, at) VALUES (:person, :course, :cohort, :now)
ON CONFLICT (person, course) DO UPDATE SET cohort = coalesce(excluded.cohort, enrolment.cohort);

-- enrolment_of(person Id, course Id) -> maybe Enrolment
SELECT course, cohort, at FROM enrolment WHERE person = :person AND course = :course;

-- enrolment_list(person Id, lang Text) -> many MyCourse
SELECT c.id, c.slug, c.picture, c.picture_alt, coalesce(t.title, d.title) AS "title Text",
       (SELECT count(*) FROM lesson l JOIN step s ON s.lesson = l.id AND s.gone = 0 WHERE l.course = c.id AND l.gone = 0) AS "steps Int",
       (SELECT count(*) FROM lesson l JOIN step s ON s.lesson = l.id AND s.gone = 0 JOIN step_done x ON x.step = s.id AND x.person = :person
         WHERE l.course = c.id AND l.gone = 0) AS "done Int"
  FROM enrolment e
  JOIN course c ON c.id = e.course
  JOIN course_text d ON d.course = c.id AND d.lang = c.lang
  LEFT JOIN course_text t ON t.course = c.id AND t.lang = :lang
 WHERE e.person = :person ORDER BY e.at DESC LIMIT 200;

-- enrolment_drop(person Id, course Id) -> count
DELETE FROM enrolment WHERE person = :person AND course = :course;

-- step_done_put(person Id, step Id, how Text, now Time) -> count
INSERT INTO step_done (person, step, how, at) VALUES (:person, :step, :how, :now) ON CONFLICT (person, step) DO NOTHING;

-- step_done_drop(person Id, step Id) -> count
DELETE FROM step_done WHERE person = :person AND step = :step AND how = 'tick';

-- course_left(course Id, person Id) -> one CourseLeft
SELECT count(*) AS "steps Int",
       coalesce(sum(CASE WHEN EXISTS (SELECT 1 FROM step_done x WHERE x.person = :person AND x.step = s.id) THEN 0 ELSE 1 END), 0) AS "left Int"
  FROM lesson l JOIN step s ON s.lesson = l.id AND s.gone = 0 WHERE l.course = :course AND l.gone = 0;

-- lesson_left(lesson Id, person Id) -> one CourseLeft
SELECT count(*) AS "steps Int",
       coalesce(sum(CASE WHEN EXISTS (SELECT 1 FROM step_done x WHERE x.person = :person AND x.step = s.id) THEN 0 ELSE 1 END), 0) AS "left Int"
  FROM step s WHERE s.lesson = :lesson AND s.gone = 0;

-- lesson_before(course Id, position Int) -> maybe LessonBefore
SELECT id, position FROM lesson WHERE course = :course AND gone = 0 AND position < :position ORDER BY position DESC LIMIT 1;

-- lesson_by_id(id Id) -> maybe LessonRow
SELECT id, course, position, after_before, gone FROM lesson WHERE id = :id;

-- task_insert(id Id, step Id, person Id, photo Text, words Text, device Text?, seq Int?, now Time) -> done
INSERT INTO task_answer (id, step, person, photo, words, state, coach, remark, device, seq, sent_at, decided_at)
VALUES (:id, :step, :person, :photo, :words, 'waiting', NULL, '', :device, :seq, :now, NULL);

-- task_by_device(person Id, device Text, seq Int) -> maybe LearnId
SELECT id FROM task_answer WHERE person = :person AND device = :device AND seq = :seq;

-- task_by_id(id Id) -> maybe Task
SELECT a.id, a.step, a.person, a.photo, a.words, a.state, a.remark, a.sent_at, l.course, h.org, h.person AS "owner Id?"
  FROM task_answer a JOIN step s ON s.id = a.step JOIN lesson l ON l.id = s.lesson JOIN course c ON c.id = l.course JOIN channel h ON h.id = c.channel
 WHERE a.id = :id;

-- task_mine(step Id, person Id) -> many MyTask
SELECT id, photo, words, state, remark, sent_at FROM task_answer WHERE step = :step AND person = :person ORDER BY id DESC LIMIT 20;

-- task_mine_all(person Id) -> many MyTask
SELECT id, photo, words, state, remark, sent_at FROM task_answer WHERE person = :person ORDER BY id DESC LIMIT 1000;

-- task_decide(id Id, state Text, coach Id, remark Text, now Time) -> count
UPDATE task_answer SET state = :state, coach = :coach, remark = :remark, decided_at = :now WHERE id = :id AND state = 'waiting';

-- task_queue(lang Text, limit Int) -> many TaskLine
SELECT a.id, a.step, a.photo, a.words, a.sent_at, p.name, h.org, h.person AS "owner Id?", coalesce(ct.title, cd.title) AS "course_title Text",
       coalesce(st.title, '') AS "step_title Text"
  FROM task_answer a
  JOIN step s ON s.id = a.step
  JOIN lesson l ON l.id = s.lesson
  JOIN course c ON c.id = l.course
  JOIN channel h ON h.id = c.channel
  JOIN course_text cd ON cd.course = c.id AND cd.lang = c.lang
  LEFT JOIN course_text ct ON ct.course = c.id AND ct.lang = :lang
  LEFT JOIN step_text st ON st.step = s.id AND st.lang = :lang
  LEFT JOIN person p ON p.id = a.person
 WHERE a.state = 'waiting' ORDER BY a.id LIMIT :limit;

-- paper_add(id Id, course Id, person Id, name Text, code Text, now Time) -> count
INSERT INTO course_certificate (id, course, person, name, code, at)
SELECT :id, :course, :person, :name, :code, :now
 WHERE NOT EXISTS (SELECT 1 FROM course_certificate f WHERE f.course = :course AND f.person = :person);

-- paper_of(course Id, person Id) -> maybe Paper
SELECT f.id, f.course, f.name, f.code, f.at, c.lang FROM course_certificate f JOIN course c ON c.id = f.course WHERE f.course = :course AND f.person = :person;

-- paper_by_code(code Text) -> maybe Paper
SELECT f.id, f.course, f.name, f.code, f.at, c.lang FROM course_certificate f JOIN course c ON c.id = f.course WHERE f.code = :code;

-- paper_list(person Id) -> many Paper
SELECT f.id, f.course, f.name, f.code, f.at, c.lang FROM course_certificate f JOIN course c ON c.id = f.course WHERE f.person = :person ORDER BY f.id;

-- cohort_insert(id Id, course Id, coach Id, name Text, code Text, now Time) -> done
INSERT INTO cohort (id, course, coach, name, code, open, made_at) VALUES (:id, :course, :coach, :name, :code, 1, :now);

-- cohort_by_code(code Text) -> maybe Cohort
SELECT id, course, coach, name, code, open FROM cohort WHERE code = :code;

-- cohort_by_id(id Id) -> maybe Cohort
SELECT id, course, coach, name, code, open FROM cohort WHERE id = :id;

-- cohort_open_put(id Id, open Bool) -> count
UPDATE cohort SET open = :open WHERE id = :id;

-- cohort_list(coach Id, lang Text) -> many CohortLine
SELECT g.id, g.name, g.code, g.open, c.slug, coalesce(t.title, d.title) AS "title Text"
  FROM cohort g
  JOIN course c ON c.id = g.course
  JOIN course_text d ON d.course = c.id AND d.lang = c.lang
  LEFT JOIN course_text t ON t.course = c.id AND t.lang = :lang
 WHERE g.coach = :coach ORDER BY g.id DESC LIMIT 200;

-- cohort_size(cohort Id) -> one Blurred
SELECT CASE WHEN count(*) >= 5 THEN count(*) / 5 * 5 ELSE 0 END AS "about Int" FROM enrolment WHERE cohort = :cohort;

-- cohort_steps(cohort Id) -> many StepCount
SELECT s.id, s.lesson,
       CASE WHEN least5.done >= 5 AND least5.members - 5 >= 5 THEN
              (CASE WHEN least5.done < least5.members - 5 THEN least5.done ELSE least5.members - 5 END) / 5 * 5
            ELSE 0 END AS "about Int"
  FROM (SELECT s2.id AS step, count(x.person) AS done, (SELECT count(*) FROM enrolment m WHERE m.cohort = :cohort) AS members
          FROM cohort g
          JOIN lesson l2 ON l2.course = g.course AND l2.gone = 0
          JOIN step s2 ON s2.lesson = l2.id AND s2.gone = 0
          LEFT JOIN enrolment e ON e.cohort = g.id
          LEFT JOIN step_done x ON x.step = s2.id AND x.person = e.person
         WHERE g.id = :cohort GROUP BY s2.id) least5
  JOIN step s ON s.id = least5.step
  JOIN lesson l ON l.id = s.lesson
 ORDER BY l.position, l.id, s.position, s.id;

-- learner_export(person Id) -> many DoneLine
SELECT step, how, at FROM step_done WHERE person = :person ORDER BY at LIMIT 100000;

-- enrolment_erase(person Id) -> done
DELETE FROM enrolment WHERE person = :person;

-- step_done_erase(person Id) -> done
DELETE FROM step_done WHERE person = :person;

-- task_erase(person Id) -> done
UPDATE task_answer SET person = NULL, words = '', photo = '' WHERE person = :person;

-- paper_erase(person Id) -> done
UPDATE course_certificate SET person = NULL, name = '' WHERE person = :person;

-- cohort_erase(person Id) -> done
UPDATE cohort SET coach = NULL WHERE coach = :person;

-- channel_erase_person(person Id) -> done
UPDATE channel SET person = NULL WHERE person = :person;

-- item_author_erase(person Id) -> done
UPDATE item SET author = NULL WHERE author = :person;

-- item_revision_author_erase(person Id) -> done
UPDATE item_revision SET author = NULL WHERE author = :person;

-- item_event_who_erase(person Id) -> done
UPDATE item_event SET who = NULL WHERE who = :person;

-- task_coach_erase(person Id) -> done
UPDATE task_answer SET coach = NULL WHERE coach = :person;

-- ---- verify ----

-- verify_revisions() -> each RevisionCheck
SELECT r.id, r.item, r.number, r.hash, r.lang, r.picture, r.picture_alt, r.source_name, r.source_url, r.licence FROM item_revision r ORDER BY r.id;

-- verify_items() -> each ItemCheck
SELECT i.id, i.state, i.newest, i.shown, i.visible_at,
       (SELECT count(*) FROM item_revision r WHERE r.item = i.id) AS "revisions Int",
       coalesce((SELECT e.to_state FROM item_event e WHERE e.item = i.id ORDER BY e.seq DESC LIMIT 1), '') AS "last_state Text"
  FROM item i ORDER BY i.id;

-- ---- feeds of others ----

-- part feed_row
SELECT f.channel, f.url, f.lang, f.state, f.etag, f.modified, f.moved, f.next_at, f.tried_at, f.taken_at, f.failures, f.quiet, f.said, f.status, f.ttl_s,
       f.kept, f.refused, c.lang AS "channel_lang Text" FROM feed f JOIN channel c ON c.id = f.channel

-- feed_of(channel Id) -> maybe FeedSource
{feed_row} WHERE f.channel = :channel;

-- feeds_due(now Time, limit Int) -> many FeedSource
{feed_row} WHERE f.state = 'on' AND f.next_at <= :now ORDER BY f.next_at LIMIT :limit;

-- feed_put(channel Id, url Text, lang Text, by Id?, now Time) -> done
INSERT INTO feed (channel, url, lang, state, etag, modified, moved, next_at, tried_at, taken_at, failures, quiet, said, status, ttl_s, kept, refused, made_by, made_at)
VALUES (:channel, :url, :lang, 'on', '', '', '', :now, NULL, NULL, 0, 0, '', 0, 0, 0, 0, :by, :now)
ON CONFLICT (channel) DO UPDATE SET url = excluded.url, lang = excluded.lang, state = 'on', etag = '', modified = '', moved = '', next_at = excluded.next_at,
  failures = 0, quiet = 0, said = '', status = 0;

-- feed_turn(channel Id, state Text, now Time) -> count
UPDATE feed SET state = :state, next_at = :now WHERE channel = :channel;

-- feed_tried(channel Id, was Text, url Text, state Text, etag Text, modified Text, moved Text, next_at Time, now Time, taken_at Time?, failures Int, quiet Int, said Text, status Int, ttl_s Int, kept Int, refused Int) -> count
UPDATE feed SET url = :url, state = CASE WHEN state = 'off' THEN state ELSE :state END, etag = :etag, modified = :modified, moved = :moved, next_at = :next_at,
       tried_at = :now, taken_at = :taken_at, failures = :failures, quiet = :quiet, said = :said, status = :status, ttl_s = :ttl_s, kept = :kept, refused = :refused
 WHERE channel = :channel AND url = :was;

-- feed_erase(person Id) -> done
UPDATE feed SET made_by = NULL WHERE made_by = :person;
