-- Who has come for a session, and to which chair. Apart from the record: the front desk writes it, whoever has that open.
CREATE TABLE session_arrivals (
  session_id uuid NOT NULL PRIMARY KEY,
  clinic_id uuid NOT NULL,
  arrived_at timestamptz,
  chair text,
  noted_by uuid NOT NULL,
  noted_at timestamptz NOT NULL,
  FOREIGN KEY (clinic_id, session_id) REFERENCES sessions (clinic_id, id),
  FOREIGN KEY (clinic_id, noted_by) REFERENCES users (clinic_id, id)
);
ALTER TABLE session_arrivals ENABLE ROW LEVEL SECURITY;
ALTER TABLE session_arrivals FORCE ROW LEVEL SECURITY;
CREATE POLICY clinic_only ON session_arrivals USING (
  current_setting('app.reach', true) = 'installation' OR clinic_id::text = current_setting('app.reach', true)
);

-- A clinic's day.
CREATE INDEX sessions_clinic ON sessions (clinic_id, at, id);
