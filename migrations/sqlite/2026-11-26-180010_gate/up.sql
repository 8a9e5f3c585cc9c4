-- What a provider went through before the first session of a course, and signed: the one with the highest number counts.
CREATE TABLE eligibility_signatures (
  course_id TEXT NOT NULL,
  number INTEGER NOT NULL,
  clinic_id TEXT NOT NULL,
  patient_id TEXT NOT NULL,
  checklist_version TEXT NOT NULL,
  answers TEXT NOT NULL,
  note TEXT,
  signed_by TEXT NOT NULL,
  signed_at TEXT NOT NULL,
  PRIMARY KEY (course_id, number),
  FOREIGN KEY (clinic_id, patient_id, course_id) REFERENCES courses (clinic_id, patient_id, id),
  FOREIGN KEY (clinic_id, signed_by) REFERENCES users (clinic_id, id)
) STRICT;

-- What was decided in the middle of a series: go on, change, stop.
CREATE TABLE course_reviews (
  id TEXT NOT NULL PRIMARY KEY,
  clinic_id TEXT NOT NULL,
  patient_id TEXT NOT NULL,
  course_id TEXT NOT NULL,
  decision TEXT NOT NULL,
  reason TEXT,
  sessions_done INTEGER NOT NULL,
  reviewed_by TEXT NOT NULL,
  reviewed_at TEXT NOT NULL,
  FOREIGN KEY (clinic_id, patient_id, course_id) REFERENCES courses (clinic_id, patient_id, id),
  FOREIGN KEY (clinic_id, reviewed_by) REFERENCES users (clinic_id, id)
) STRICT;
CREATE INDEX course_reviews_patient ON course_reviews (patient_id, reviewed_at, id);

-- Why a first session went ahead though something was missing. `missing` is a JSON list.
CREATE TABLE gate_overrides (
  session_id TEXT NOT NULL PRIMARY KEY,
  clinic_id TEXT NOT NULL,
  patient_id TEXT NOT NULL,
  missing TEXT NOT NULL,
  reason TEXT NOT NULL,
  passed_by TEXT NOT NULL,
  passed_at TEXT NOT NULL,
  FOREIGN KEY (clinic_id, patient_id) REFERENCES patients (clinic_id, id),
  FOREIGN KEY (clinic_id, session_id) REFERENCES sessions (clinic_id, id),
  FOREIGN KEY (clinic_id, passed_by) REFERENCES users (clinic_id, id)
) STRICT;
