-- Counts the changes to scores, sessions and courses of a patient: what outcomes are worked out from. It rises in the
-- update of this row that a write makes anyway.
ALTER TABLE caseload ADD COLUMN outcome_version INTEGER NOT NULL DEFAULT 0;

-- What a patient's courses came to, as one JSON document, so that a clinic's figures are worked out without reading a
-- response. It holds while `version` is the caseload's outcome_version and `rules` names the rules it was worked out by.
CREATE TABLE outcomes (
  clinic_id TEXT NOT NULL,
  patient_id TEXT NOT NULL,
  version INTEGER NOT NULL,
  rules TEXT NOT NULL,
  courses TEXT NOT NULL,
  PRIMARY KEY (clinic_id, patient_id),
  FOREIGN KEY (clinic_id, patient_id) REFERENCES patients (clinic_id, id)
) STRICT, WITHOUT ROWID;
