CREATE TABLE audit_events (
  seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  clinic_id uuid REFERENCES clinics (id),
  at timestamptz NOT NULL,
  actor_id uuid,
  role text,
  sign_in_id uuid,
  action text NOT NULL,
  object_type text NOT NULL,
  object_id uuid,
  patient_id uuid,
  outcome text NOT NULL CHECK (outcome IN ('done', 'refused')),
  request_id uuid,
  reason text
);
CREATE INDEX audit_events_clinic ON audit_events (clinic_id, seq);
