-- Dosing sessions. `at` is started_at, else scheduled_at, else when it was written down.
CREATE TABLE sessions (
  id uuid NOT NULL PRIMARY KEY,
  clinic_id uuid NOT NULL,
  patient_id uuid NOT NULL,
  course_id uuid,
  number integer NOT NULL,
  status text NOT NULL CHECK (status IN ('planned', 'completed', 'missed', 'cancelled')),
  scheduled_at timestamptz,
  started_at timestamptz,
  ended_at timestamptz,
  at timestamptz NOT NULL,
  local_date date NOT NULL,
  route text CHECK (route IN ('iv', 'im', 'sc', 'in', 'sl', 'po')),
  medicine text NOT NULL CHECK (medicine IN ('ketamine', 'esketamine', 'other')),
  dose_mg double precision,
  weight_kg double precision,
  weight_measured_on date,
  infusion_minutes integer,
  vitals text NOT NULL,
  effects text NOT NULL,
  dissociation integer,
  checklist text NOT NULL,
  discharge text NOT NULL,
  note text,
  shared_note text,
  signed_at timestamptz,
  signed_by uuid,
  version integer NOT NULL,
  digest text NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  updated_by uuid NOT NULL,
  UNIQUE (clinic_id, id),
  FOREIGN KEY (clinic_id, patient_id) REFERENCES patients (clinic_id, id),
  FOREIGN KEY (clinic_id, patient_id, course_id) REFERENCES courses (clinic_id, patient_id, id),
  FOREIGN KEY (clinic_id, signed_by) REFERENCES users (clinic_id, id),
  FOREIGN KEY (clinic_id, updated_by) REFERENCES users (clinic_id, id)
);
CREATE INDEX sessions_patient ON sessions (patient_id, at, id);
CREATE INDEX sessions_course ON sessions (course_id, status);

-- What a signed session said before it was amended, why and by whom.
CREATE TABLE session_amendments (
  session_id uuid NOT NULL,
  version integer NOT NULL,
  clinic_id uuid NOT NULL,
  reason text NOT NULL,
  before text NOT NULL,
  amended_by uuid NOT NULL,
  amended_at timestamptz NOT NULL,
  PRIMARY KEY (session_id, version),
  FOREIGN KEY (clinic_id, session_id) REFERENCES sessions (clinic_id, id),
  FOREIGN KEY (clinic_id, amended_by) REFERENCES users (clinic_id, id)
);
