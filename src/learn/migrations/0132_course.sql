-- A course: lessons in an order. It belongs to a channel, whose editors make it.
CREATE TABLE course (
  id KEY,                        -- minted by the program
  channel ID REFERENCES channel, -- where it appears
  slug TEXT,                     -- its name in addresses
  lang TEXT,                     -- language of its first text
  state TEXT CHECK (state IN ('draft', 'published', 'withdrawn')), -- who may see it
  reason TEXT,                   -- why it was withdrawn; empty: it was not
  picture TEXT,                  -- key of media; empty: none
  picture_alt TEXT,              -- what the picture shows
  licence TEXT,                  -- how others may use it; empty: ask the author
  certificate BOOL,              -- whoever has done all steps gets one
  origin TEXT NULL,              -- of one that came in a pack or file: the same at each import
  made_at TIME,                  -- when it was made
  changed_at TIME                -- last edit
);
CREATE UNIQUE INDEX course_slug ON course (slug);
CREATE INDEX course_channel ON course (channel, id);
CREATE UNIQUE INDEX course_origin ON course (origin) WHERE origin IS NOT NULL;

-- A course's words in each language.
CREATE TABLE course_text (
  course ID REFERENCES course, -- whose
  lang TEXT,                   -- "en", "zh-CN"
  title TEXT,                  -- as shown
  about TEXT,                  -- what one can do afterwards
  PRIMARY KEY (course, lang)
) WITHOUT ROWID;

-- Courses that should be done before another one.
CREATE TABLE course_needs (
  course ID REFERENCES course, -- which
  needs ID REFERENCES course,  -- what comes first
  PRIMARY KEY (course, needs)
) WITHOUT ROWID;

-- A lesson of a course.
CREATE TABLE lesson (
  id KEY,                      -- minted by the program
  course ID REFERENCES course, -- of which
  position INT,                -- from 1
  after_before BOOL,           -- opens once the lesson before is done
  gone BOOL                    -- taken out; kept because people did its steps
);
CREATE INDEX lesson_course ON lesson (course, position);

-- A lesson's title in each language.
CREATE TABLE lesson_text (
  lesson ID REFERENCES lesson, -- whose
  lang TEXT,                   -- "en", "zh-CN"
  title TEXT,                  -- as shown
  PRIMARY KEY (lesson, lang)
) WITHOUT ROWID;

-- A step of a lesson: something to read, a quiz, a task for the field, or a media item.
CREATE TABLE step (
  id KEY,                      -- minted by the program
  lesson ID REFERENCES lesson, -- of which
  position INT,                -- from 1
  kind TEXT CHECK (kind IN ('article', 'quiz', 'task', 'media')), -- what it is
  item ID NULL REFERENCES item, -- kind article: the piece
  quiz ID NULL,                -- kind quiz: which, in the room of quizzes
  media ID NULL,               -- kind media: which
  gone BOOL                    -- taken out; kept because people did it
);
CREATE INDEX step_lesson ON step (lesson, position);
CREATE INDEX step_item ON step (item) WHERE item IS NOT NULL;
CREATE INDEX step_quiz ON step (quiz) WHERE quiz IS NOT NULL;

-- A step's title and, for a task, what is to be done, in each language. Only where the step itself has words.
CREATE TABLE step_text (
  step ID REFERENCES step, -- whose
  lang TEXT,               -- "en", "zh-CN"
  title TEXT,              -- as shown
  body TEXT,               -- Markdown; what is to be done
  PRIMARY KEY (step, lang)
);
