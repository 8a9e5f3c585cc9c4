-- Every version of a plan that was ever loaded: a course keeps the one that it follows.
CREATE TABLE protocol_versions (
  protocol text NOT NULL,
  version text NOT NULL,
  digest text NOT NULL,
  source text NOT NULL,
  added_at timestamptz NOT NULL,
  PRIMARY KEY (protocol, version)
);

-- Which plan a course follows, and from when: the change with the highest number is the one in force. A version is null
-- where the word names no known plan.
CREATE TABLE course_plan_changes (
  course_id uuid NOT NULL,
  number integer NOT NULL,
  clinic_id uuid NOT NULL,
  patient_id uuid NOT NULL,
  from_protocol text,
  from_version text,
  from_title text,
  to_protocol text,
  to_version text,
  to_title text,
  reason text,
  changed_by uuid,
  changed_at timestamptz NOT NULL,
  PRIMARY KEY (course_id, number),
  FOREIGN KEY (clinic_id, patient_id, course_id) REFERENCES courses (clinic_id, patient_id, id),
  FOREIGN KEY (clinic_id, changed_by) REFERENCES users (clinic_id, id),
  FOREIGN KEY (from_protocol, from_version) REFERENCES protocol_versions (protocol, version),
  FOREIGN KEY (to_protocol, to_version) REFERENCES protocol_versions (protocol, version)
);
CREATE INDEX course_plan_changes_patient ON course_plan_changes (patient_id, changed_at, number);

-- What is asked of a patient, and when. `key` names the plan's line with its occurrence or session. Upcoming, open and
-- lapsed are not stored: the times say it.
CREATE TABLE assignments (
  id uuid NOT NULL PRIMARY KEY,
  clinic_id uuid NOT NULL,
  patient_id uuid NOT NULL,
  course_id uuid,
  session_id uuid,
  key text NOT NULL,
  instrument text NOT NULL,
  min_interval_days integer,
  opens_at timestamptz NOT NULL,
  due_at timestamptz NOT NULL,
  closes_at timestamptz NOT NULL,
  response_id uuid UNIQUE,
  skipped_at timestamptz,
  skipped_by uuid,
  reason text,
  asked_by uuid,
  created_at timestamptz NOT NULL,
  UNIQUE (clinic_id, id),
  UNIQUE (course_id, key),
  CHECK (response_id IS NULL OR skipped_at IS NULL),
  FOREIGN KEY (clinic_id, patient_id) REFERENCES patients (clinic_id, id),
  FOREIGN KEY (clinic_id, patient_id, course_id) REFERENCES courses (clinic_id, patient_id, id),
  FOREIGN KEY (clinic_id, session_id) REFERENCES sessions (clinic_id, id),
  FOREIGN KEY (response_id) REFERENCES responses (id),
  FOREIGN KEY (clinic_id, skipped_by) REFERENCES users (clinic_id, id),
  FOREIGN KEY (clinic_id, asked_by) REFERENCES users (clinic_id, id)
);
CREATE INDEX assignments_patient ON assignments (patient_id, due_at, id);
CREATE INDEX assignments_instrument ON assignments (patient_id, instrument, closes_at);
CREATE INDEX assignments_session ON assignments (session_id);

-- The sessions that a plan has booked and nobody has touched since: only such a one moves with the plan.
CREATE TABLE session_bookings (
  session_id uuid NOT NULL PRIMARY KEY,
  clinic_id uuid NOT NULL,
  patient_id uuid NOT NULL,
  course_id uuid NOT NULL,
  FOREIGN KEY (clinic_id, session_id) REFERENCES sessions (clinic_id, id),
  FOREIGN KEY (clinic_id, patient_id, course_id) REFERENCES courses (clinic_id, patient_id, id)
);
CREATE INDEX session_bookings_course ON session_bookings (course_id);

-- The day on which a course was completed or stopped, and why.
ALTER TABLE courses ADD COLUMN ended_on date;
ALTER TABLE courses ADD COLUMN ended_reason text;

ALTER TABLE course_plan_changes ENABLE ROW LEVEL SECURITY;
ALTER TABLE course_plan_changes FORCE ROW LEVEL SECURITY;
CREATE POLICY clinic_only ON course_plan_changes USING (
  current_setting('app.reach', true) = 'installation' OR clinic_id::text = current_setting('app.reach', true)
);

ALTER TABLE assignments ENABLE ROW LEVEL SECURITY;
ALTER TABLE assignments FORCE ROW LEVEL SECURITY;
CREATE POLICY clinic_only ON assignments USING (
  current_setting('app.reach', true) = 'installation' OR clinic_id::text = current_setting('app.reach', true)
);

ALTER TABLE session_bookings ENABLE ROW LEVEL SECURITY;
ALTER TABLE session_bookings FORCE ROW LEVEL SECURITY;
CREATE POLICY clinic_only ON session_bookings USING (
  current_setting('app.reach', true) = 'installation' OR clinic_id::text = current_setting('app.reach', true)
);
