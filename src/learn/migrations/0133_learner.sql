-- A group that learns together with a coach.
CREATE TABLE cohort (
  id KEY,                      -- minted by the program
  course ID REFERENCES course, -- what they learn
  coach ID NULL,               -- who looks at their tasks; null: they left
  name TEXT,                   -- "Monday evening, school house"
  code TEXT,                   -- what learners type to join
  open BOOL,                   -- takes learners
  made_at TIME                 -- when it was made
);
CREATE UNIQUE INDEX cohort_code ON cohort (code);
CREATE INDEX cohort_coach ON cohort (coach, id) WHERE coach IS NOT NULL;

-- Who takes which course. Read only for that person; erased with them.
CREATE TABLE enrolment (
  person ID,                        -- who
  course ID REFERENCES course,      -- what
  cohort ID NULL REFERENCES cohort, -- with whom; null: alone
  at TIME,                          -- since when
  PRIMARY KEY (person, course)
) WITHOUT ROWID;
CREATE INDEX enrolment_cohort ON enrolment (cohort) WHERE cohort IS NOT NULL;
CREATE INDEX enrolment_course ON enrolment (course);

-- Steps a person has done: ticked by themselves, a quiz passed, a task approved. Read only for that person; erased with them.
CREATE TABLE step_done (
  person ID,                -- who
  step ID REFERENCES step,  -- what
  how TEXT CHECK (how IN ('tick', 'quiz', 'task')), -- by what
  at TIME,                  -- when
  PRIMARY KEY (person, step)
) WITHOUT ROWID;
CREATE INDEX step_done_step ON step_done (step);

-- What a learner hands in for a task. Seen by the learner and the coaches, as the learner was told.
CREATE TABLE task_answer (
  id KEY,                  -- minted by the program
  step ID REFERENCES step, -- which task
  person ID NULL,          -- who; null once erased
  photo TEXT,              -- key of media; empty: none
  words TEXT,              -- what they wrote
  state TEXT CHECK (state IN ('waiting', 'approved', 'again')), -- again: please once more
  coach ID NULL,           -- who looked at it
  remark TEXT,             -- what the coach says to it
  device TEXT NULL,        -- of an answer made without a network: which phone
  seq INT NULL,            -- and its running number there
  sent_at TIME,            -- when it came in
  decided_at TIME NULL     -- when the coach looked
);
CREATE INDEX task_answer_step ON task_answer (step, person, id);
CREATE INDEX task_answer_waiting ON task_answer (state, id);
CREATE UNIQUE INDEX task_answer_device ON task_answer (person, device, seq) WHERE device IS NOT NULL;

-- What somebody gets who has done a whole course. The code lets others check a printed one.
CREATE TABLE course_certificate (
  id KEY,                      -- minted by the program
  course ID REFERENCES course, -- of which
  person ID NULL,              -- whose; null once erased
  name TEXT,                   -- as it stands on the paper; empty once erased
  code TEXT,                   -- to check it by
  at TIME                      -- when everything was done
);
CREATE UNIQUE INDEX course_certificate_code ON course_certificate (code);
CREATE UNIQUE INDEX course_certificate_person ON course_certificate (course, person) WHERE person IS NOT NULL;
