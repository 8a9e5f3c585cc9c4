-- Counts the changes to scores, sessions and courses of a patient: what outcomes are worked out from. It rises in the
-- update of this row that a write makes anyway.
ALTER TABLE caseload ADD COLUMN outcome_version bigint NOT NULL DEFAULT 0;

-- What a patient's courses came to, as one JSON document, so that a clinic's figures are worked out without reading a
-- response. It holds while `version` is the caseload's outcome_version and `rules` names the rules it was worked out by.
CREATE TABLE outcomes (
  clinic_id uuid NOT NULL,
  patient_id uuid NOT NULL,
  version bigint NOT NULL,
  rules text NOT NULL,
  courses text NOT NULL,
  PRIMARY KEY (clinic_id, patient_id),
  FOREIGN KEY (clinic_id, patient_id) REFERENCES patients (clinic_id, id)
);

ALTER TABLE outcomes ENABLE ROW LEVEL SECURITY;
ALTER TABLE outcomes FORCE ROW LEVEL SECURITY;
CREATE POLICY clinic_only ON outcomes USING (
  current_setting('app.reach', true) = 'installation' OR clinic_id::text = current_setting('app.reach', true)
);
