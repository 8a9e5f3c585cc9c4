-- One row per patient with what the caseload shows and sorts by, changed in the transaction that changes it.
-- `version` counts every change to the patient's record and gives the ETags; `urgency` is 0 while a safety alert is not
-- closed; `silent_at` is when the patient will have been silent for too long, null once it counts.
CREATE TABLE caseload (
  clinic_id TEXT NOT NULL,
  patient_id TEXT NOT NULL,
  version INTEGER NOT NULL,
  time_zone TEXT NOT NULL,
  date_of_birth TEXT,
  urgency INTEGER NOT NULL,
  place INTEGER NOT NULL,
  place_key TEXT NOT NULL,
  silent_at TEXT,
  name_key TEXT NOT NULL,
  record_key TEXT NOT NULL,
  phase TEXT NOT NULL CHECK (phase IN ('induction', 'maintenance', 'no_course')),
  archived INTEGER NOT NULL,
  last_response_at TEXT NOT NULL,
  check_in_on TEXT,
  check_in_days INTEGER NOT NULL,
  facts TEXT NOT NULL,
  shown TEXT NOT NULL,
  PRIMARY KEY (patient_id),
  FOREIGN KEY (clinic_id, patient_id) REFERENCES patients (clinic_id, id)
) STRICT;
CREATE INDEX caseload_priority ON caseload (clinic_id, archived, place, place_key, patient_id);
CREATE INDEX caseload_name ON caseload (clinic_id, archived, urgency, name_key, patient_id);
CREATE INDEX caseload_last_response ON caseload (clinic_id, archived, urgency, last_response_at DESC, patient_id);
CREATE INDEX caseload_counts ON caseload (clinic_id, archived, place, phase);
CREATE INDEX caseload_silent ON caseload (clinic_id, silent_at);
