-- Who has come for a session, and to which chair. Apart from the record: the front desk writes it, whoever has that open.
CREATE TABLE session_arrivals (
  session_id TEXT NOT NULL PRIMARY KEY,
  clinic_id TEXT NOT NULL,
  arrived_at TEXT,
  chair TEXT,
  noted_by TEXT NOT NULL,
  noted_at TEXT NOT NULL,
  FOREIGN KEY (clinic_id, session_id) REFERENCES sessions (clinic_id, id),
  FOREIGN KEY (clinic_id, noted_by) REFERENCES users (clinic_id, id)
) STRICT;

-- A clinic's day.
CREATE INDEX sessions_clinic ON sessions (clinic_id, at, id);
