-- Every version of a plan that was ever loaded: a course keeps the one that it follows.
CREATE TABLE protocol_versions (
  protocol TEXT NOT NULL,
  version TEXT NOT NULL,
  digest TEXT NOT NULL,
  source TEXT NOT NULL,
  added_at TEXT NOT NULL,
  PRIMARY KEY (protocol, version)
) STRICT, WITHOUT ROWID;

-- Which plan a course follows, and from when: the change with the highest number is the one in force. A version is null
-- where the word names no known plan.
CREATE TABLE course_plan_changes (
  course_id TEXT NOT NULL,
  number INTEGER NOT NULL,
  clinic_id TEXT NOT NULL,
  patient_id TEXT NOT NULL,
  from_protocol TEXT,
  from_version TEXT,
  from_title TEXT,
  to_protocol TEXT,
  to_version TEXT,
  to_title TEXT,
  reason TEXT,
  changed_by TEXT,
  changed_at TEXT NOT NULL,
  PRIMARY KEY (course_id, number),
  FOREIGN KEY (clinic_id, patient_id, course_id) REFERENCES courses (clinic_id, patient_id, id),
  FOREIGN KEY (clinic_id, changed_by) REFERENCES users (clinic_id, id),
  FOREIGN KEY (from_protocol, from_version) REFERENCES protocol_versions (protocol, version),
  FOREIGN KEY (to_protocol, to_version) REFERENCES protocol_versions (protocol, version)
) STRICT;
CREATE INDEX course_plan_changes_patient ON course_plan_changes (patient_id, changed_at, number);

-- What is asked of a patient, and when. `key` names the plan's line with its occurrence or session. Upcoming, open and
-- lapsed are not stored: the times say it.
CREATE TABLE assignments (
  id TEXT NOT NULL PRIMARY KEY,
  clinic_id TEXT NOT NULL,
  patient_id TEXT NOT NULL,
  course_id TEXT,
  session_id TEXT,
  key TEXT NOT NULL,
  instrument TEXT NOT NULL,
  min_interval_days INTEGER,
  opens_at TEXT NOT NULL,
  due_at TEXT NOT NULL,
  closes_at TEXT NOT NULL,
  response_id TEXT UNIQUE,
  skipped_at TEXT,
  skipped_by TEXT,
  reason TEXT,
  asked_by TEXT,
  created_at TEXT NOT NULL,
  UNIQUE (clinic_id, id),
  UNIQUE (course_id, key),
  CHECK (response_id IS NULL OR skipped_at IS NULL),
  FOREIGN KEY (clinic_id, patient_id) REFERENCES patients (clinic_id, id),
  FOREIGN KEY (clinic_id, patient_id, course_id) REFERENCES courses (clinic_id, patient_id, id),
  FOREIGN KEY (clinic_id, session_id) REFERENCES sessions (clinic_id, id),
  FOREIGN KEY (response_id) REFERENCES responses (id),
  FOREIGN KEY (clinic_id, skipped_by) REFERENCES users (clinic_id, id),
  FOREIGN KEY (clinic_id, asked_by) REFERENCES users (clinic_id, id)
) STRICT;
CREATE INDEX assignments_patient ON assignments (patient_id, due_at, id);
CREATE INDEX assignments_instrument ON assignments (patient_id, instrument, closes_at);
CREATE INDEX assignments_session ON assignments (session_id);

-- The sessions that a plan has booked and nobody has touched since: only such a one moves with the plan.
CREATE TABLE session_bookings (
  session_id TEXT NOT NULL PRIMARY KEY,
  clinic_id TEXT NOT NULL,
  patient_id TEXT NOT NULL,
  course_id TEXT NOT NULL,
  FOREIGN KEY (clinic_id, session_id) REFERENCES sessions (clinic_id, id),
  FOREIGN KEY (clinic_id, patient_id, course_id) REFERENCES courses (clinic_id, patient_id, id)
) STRICT;
CREATE INDEX session_bookings_course ON session_bookings (course_id);

-- The day on which a course was completed or stopped, and why.
ALTER TABLE courses ADD COLUMN ended_on TEXT;
ALTER TABLE courses ADD COLUMN ended_reason TEXT;
