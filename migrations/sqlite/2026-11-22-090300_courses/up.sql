CREATE TABLE courses (
  id TEXT NOT NULL PRIMARY KEY,
  clinic_id TEXT NOT NULL,
  patient_id TEXT NOT NULL,
  condition TEXT NOT NULL CHECK (condition IN ('mdd', 'trd', 'gad', 'ptsd', 'ocd', 'bipolar-depression', 'chronic-pain', 'suicidal-ideation', 'other')),
  protocol TEXT,
  planned_sessions INTEGER,
  started_on TEXT NOT NULL,
  goal TEXT,
  status TEXT NOT NULL CHECK (status IN ('planned', 'active', 'maintenance', 'completed', 'stopped')),
  version INTEGER NOT NULL,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  UNIQUE (clinic_id, id),
  UNIQUE (clinic_id, patient_id, id),
  FOREIGN KEY (clinic_id, patient_id) REFERENCES patients (clinic_id, id)
) STRICT;
CREATE INDEX courses_patient ON courses (patient_id, started_on, id);
