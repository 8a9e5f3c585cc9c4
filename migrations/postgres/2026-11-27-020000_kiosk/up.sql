-- Codes that open a clinic's tablet for one patient, kept as a hash under the server's key. `asked` is what the tablet showed
-- when it was opened: those answers are taken in, whatever becomes of the plan meanwhile.
CREATE TABLE kiosk_codes (
  id uuid NOT NULL PRIMARY KEY,
  clinic_id uuid NOT NULL,
  patient_id uuid NOT NULL,
  code_hash text NOT NULL,
  made_by uuid NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  revoked_at timestamptz,
  sign_in_id uuid UNIQUE,
  asked text NOT NULL,
  FOREIGN KEY (clinic_id, patient_id) REFERENCES patients (clinic_id, id),
  FOREIGN KEY (clinic_id, made_by) REFERENCES users (clinic_id, id),
  FOREIGN KEY (clinic_id, sign_in_id) REFERENCES sign_ins (clinic_id, id)
);
CREATE INDEX kiosk_codes_hash ON kiosk_codes (code_hash);
CREATE INDEX kiosk_codes_patient ON kiosk_codes (patient_id, created_at);

-- The patient for whom a tablet was opened; null for a person's own device.
ALTER TABLE sign_ins ADD COLUMN patient_id uuid REFERENCES patients (id);
CREATE INDEX sign_ins_patient ON sign_ins (patient_id) WHERE patient_id IS NOT NULL;

ALTER TABLE kiosk_codes ENABLE ROW LEVEL SECURITY;
ALTER TABLE kiosk_codes FORCE ROW LEVEL SECURITY;
CREATE POLICY clinic_only ON kiosk_codes USING (
  current_setting('app.reach', true) = 'installation' OR clinic_id::text = current_setting('app.reach', true)
);
