CREATE TABLE courses (
  id uuid NOT NULL PRIMARY KEY,
  clinic_id uuid NOT NULL,
  patient_id uuid NOT NULL,
  condition text NOT NULL CHECK (condition IN ('mdd', 'trd', 'gad', 'ptsd', 'ocd', 'bipolar-depression', 'chronic-pain', 'suicidal-ideation', 'other')),
  protocol text,
  planned_sessions integer,
  started_on date NOT NULL,
  goal text,
  status text NOT NULL CHECK (status IN ('planned', 'active', 'maintenance', 'completed', 'stopped')),
  version integer NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  UNIQUE (clinic_id, id),
  UNIQUE (clinic_id, patient_id, id),
  FOREIGN KEY (clinic_id, patient_id) REFERENCES patients (clinic_id, id)
);
CREATE INDEX courses_patient ON courses (patient_id, started_on, id);
