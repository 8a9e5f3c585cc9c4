CREATE TABLE patients (
  id uuid NOT NULL PRIMARY KEY,
  clinic_id uuid NOT NULL REFERENCES clinics (id),
  name text NOT NULL,
  name_key text NOT NULL,
  email text,
  record_number text,
  date_of_birth date,
  time_zone text NOT NULL,
  condition text CHECK (condition IN ('mdd', 'trd', 'gad', 'ptsd', 'ocd', 'bipolar-depression', 'chronic-pain', 'suicidal-ideation', 'other')),
  primary_measure text NOT NULL,
  external_ref text,
  joined_at timestamptz,
  archived_at timestamptz,
  created_at timestamptz NOT NULL,
  version integer NOT NULL,
  UNIQUE (clinic_id, id)
);
CREATE UNIQUE INDEX patients_record_number ON patients (clinic_id, record_number) WHERE record_number IS NOT NULL;
