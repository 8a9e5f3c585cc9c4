CREATE TABLE patients (
  id TEXT NOT NULL PRIMARY KEY,
  clinic_id TEXT NOT NULL REFERENCES clinics (id),
  name TEXT NOT NULL,
  name_key TEXT NOT NULL,
  email TEXT,
  record_number TEXT,
  date_of_birth TEXT,
  time_zone TEXT NOT NULL,
  condition TEXT CHECK (condition IN ('mdd', 'trd', 'gad', 'ptsd', 'ocd', 'bipolar-depression', 'chronic-pain', 'suicidal-ideation', 'other')),
  primary_measure TEXT NOT NULL,
  external_ref TEXT,
  joined_at TEXT,
  archived_at TEXT,
  created_at TEXT NOT NULL,
  version INTEGER NOT NULL,
  UNIQUE (clinic_id, id)
) STRICT;
CREATE UNIQUE INDEX patients_record_number ON patients (clinic_id, record_number) WHERE record_number IS NOT NULL;
