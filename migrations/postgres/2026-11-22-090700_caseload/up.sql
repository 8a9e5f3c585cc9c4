-- One row per patient with what the caseload shows and sorts by, changed in the transaction that changes it.
-- `version` counts every change to the patient's record and gives the ETags; `urgency` is 0 while a safety alert is not
-- closed; `silent_at` is when the patient will have been silent for too long, null once it counts.
CREATE TABLE caseload (
  clinic_id uuid NOT NULL,
  patient_id uuid NOT NULL,
  version bigint NOT NULL,
  time_zone text NOT NULL,
  date_of_birth date,
  urgency integer NOT NULL,
  place integer NOT NULL,
  place_key text NOT NULL,
  silent_at timestamptz,
  name_key text NOT NULL,
  record_key text NOT NULL,
  phase text NOT NULL CHECK (phase IN ('induction', 'maintenance', 'no_course')),
  archived boolean NOT NULL,
  last_response_at timestamptz NOT NULL,
  check_in_on date,
  check_in_days bigint NOT NULL,
  facts text NOT NULL,
  shown text NOT NULL,
  PRIMARY KEY (patient_id),
  FOREIGN KEY (clinic_id, patient_id) REFERENCES patients (clinic_id, id)
);
CREATE INDEX caseload_priority ON caseload (clinic_id, archived, place, place_key, patient_id);
CREATE INDEX caseload_name ON caseload (clinic_id, archived, urgency, name_key, patient_id);
CREATE INDEX caseload_last_response ON caseload (clinic_id, archived, urgency, last_response_at DESC, patient_id);
CREATE INDEX caseload_counts ON caseload (clinic_id, archived, place, phase);
CREATE INDEX caseload_silent ON caseload (clinic_id, silent_at);
