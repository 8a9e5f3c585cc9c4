-- Dosing sessions. `at` is started_at, else scheduled_at, else when it was written down.
CREATE TABLE sessions (
  id TEXT NOT NULL PRIMARY KEY,
  clinic_id TEXT NOT NULL,
  patient_id TEXT NOT NULL,
  course_id TEXT,
  number INTEGER NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('planned', 'completed', 'missed', 'cancelled')),
  scheduled_at TEXT,
  started_at TEXT,
  ended_at TEXT,
  at TEXT NOT NULL,
  local_date TEXT NOT NULL,
  route TEXT CHECK (route IN ('iv', 'im', 'sc', 'in', 'sl', 'po')),
  medicine TEXT NOT NULL CHECK (medicine IN ('ketamine', 'esketamine', 'other')),
  dose_mg REAL,
  weight_kg REAL,
  weight_measured_on TEXT,
  infusion_minutes INTEGER,
  vitals TEXT NOT NULL,
  effects TEXT NOT NULL,
  dissociation INTEGER,
  checklist TEXT NOT NULL,
  discharge TEXT NOT NULL,
  note TEXT,
  shared_note TEXT,
  signed_at TEXT,
  signed_by TEXT,
  version INTEGER NOT NULL,
  digest TEXT NOT NULL,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  updated_by TEXT NOT NULL,
  UNIQUE (clinic_id, id),
  FOREIGN KEY (clinic_id, patient_id) REFERENCES patients (clinic_id, id),
  FOREIGN KEY (clinic_id, patient_id, course_id) REFERENCES courses (clinic_id, patient_id, id),
  FOREIGN KEY (clinic_id, signed_by) REFERENCES users (clinic_id, id),
  FOREIGN KEY (clinic_id, updated_by) REFERENCES users (clinic_id, id)
) STRICT;
CREATE INDEX sessions_patient ON sessions (patient_id, at, id);
CREATE INDEX sessions_course ON sessions (course_id, status);

-- What a signed session said before it was amended, why and by whom.
CREATE TABLE session_amendments (
  session_id TEXT NOT NULL,
  version INTEGER NOT NULL,
  clinic_id TEXT NOT NULL,
  reason TEXT NOT NULL,
  before TEXT NOT NULL,
  amended_by TEXT NOT NULL,
  amended_at TEXT NOT NULL,
  PRIMARY KEY (session_id, version),
  FOREIGN KEY (clinic_id, session_id) REFERENCES sessions (clinic_id, id),
  FOREIGN KEY (clinic_id, amended_by) REFERENCES users (clinic_id, id)
) STRICT;
