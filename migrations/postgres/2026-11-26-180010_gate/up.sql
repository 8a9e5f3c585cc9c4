-- What a provider went through before the first session of a course, and signed: the one with the highest number counts.
CREATE TABLE eligibility_signatures (
  course_id uuid NOT NULL,
  number integer NOT NULL,
  clinic_id uuid NOT NULL,
  patient_id uuid NOT NULL,
  checklist_version text NOT NULL,
  answers text NOT NULL,
  note text,
  signed_by uuid NOT NULL,
  signed_at timestamptz NOT NULL,
  PRIMARY KEY (course_id, number),
  FOREIGN KEY (clinic_id, patient_id, course_id) REFERENCES courses (clinic_id, patient_id, id),
  FOREIGN KEY (clinic_id, signed_by) REFERENCES users (clinic_id, id)
);

-- What was decided in the middle of a series: go on, change, stop.
CREATE TABLE course_reviews (
  id uuid NOT NULL PRIMARY KEY,
  clinic_id uuid NOT NULL,
  patient_id uuid NOT NULL,
  course_id uuid NOT NULL,
  decision text NOT NULL,
  reason text,
  sessions_done integer NOT NULL,
  reviewed_by uuid NOT NULL,
  reviewed_at timestamptz NOT NULL,
  FOREIGN KEY (clinic_id, patient_id, course_id) REFERENCES courses (clinic_id, patient_id, id),
  FOREIGN KEY (clinic_id, reviewed_by) REFERENCES users (clinic_id, id)
);
CREATE INDEX course_reviews_patient ON course_reviews (patient_id, reviewed_at, id);

-- Why a first session went ahead though something was missing. `missing` is a JSON list.
CREATE TABLE gate_overrides (
  session_id uuid NOT NULL PRIMARY KEY,
  clinic_id uuid NOT NULL,
  patient_id uuid NOT NULL,
  missing text NOT NULL,
  reason text NOT NULL,
  passed_by uuid NOT NULL,
  passed_at timestamptz NOT NULL,
  FOREIGN KEY (clinic_id, patient_id) REFERENCES patients (clinic_id, id),
  FOREIGN KEY (clinic_id, session_id) REFERENCES sessions (clinic_id, id),
  FOREIGN KEY (clinic_id, passed_by) REFERENCES users (clinic_id, id)
);

ALTER TABLE eligibility_signatures ENABLE ROW LEVEL SECURITY;
ALTER TABLE eligibility_signatures FORCE ROW LEVEL SECURITY;
CREATE POLICY clinic_only ON eligibility_signatures USING (
  current_setting('app.reach', true) = 'installation' OR clinic_id::text = current_setting('app.reach', true)
);

ALTER TABLE course_reviews ENABLE ROW LEVEL SECURITY;
ALTER TABLE course_reviews FORCE ROW LEVEL SECURITY;
CREATE POLICY clinic_only ON course_reviews USING (
  current_setting('app.reach', true) = 'installation' OR clinic_id::text = current_setting('app.reach', true)
);

ALTER TABLE gate_overrides ENABLE ROW LEVEL SECURITY;
ALTER TABLE gate_overrides FORCE ROW LEVEL SECURITY;
CREATE POLICY clinic_only ON gate_overrides USING (
  current_setting('app.reach', true) = 'installation' OR clinic_id::text = current_setting('app.reach', true)
);
