CREATE TABLE audit_events (
  seq INTEGER PRIMARY KEY,
  clinic_id TEXT REFERENCES clinics (id),
  at TEXT NOT NULL,
  actor_id TEXT,
  role TEXT,
  sign_in_id TEXT,
  action TEXT NOT NULL,
  object_type TEXT NOT NULL,
  object_id TEXT,
  patient_id TEXT,
  outcome TEXT NOT NULL CHECK (outcome IN ('done', 'refused')),
  request_id TEXT,
  reason TEXT
) STRICT;
CREATE INDEX audit_events_clinic ON audit_events (clinic_id, seq);
