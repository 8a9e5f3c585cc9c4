CREATE TABLE alerts (
  id TEXT NOT NULL PRIMARY KEY,
  clinic_id TEXT NOT NULL,
  patient_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  level TEXT NOT NULL CHECK (level IN ('review', 'high', 'urgent')),
  status TEXT NOT NULL CHECK (status IN ('open', 'acknowledged', 'resolved')),
  title TEXT NOT NULL,
  value_thousandths INTEGER,
  raised_at TEXT NOT NULL,
  answered_at TEXT NOT NULL,
  received_at TEXT NOT NULL,
  acknowledged_by TEXT,
  acknowledged_at TEXT,
  resolved_by TEXT,
  resolved_at TEXT,
  action TEXT CHECK (action IN ('spoke', 'assessed', 'safety_plan', 'emergency_services', 'could_not_reach', 'no_action_needed')),
  note TEXT,
  version INTEGER NOT NULL,
  UNIQUE (clinic_id, id),
  FOREIGN KEY (clinic_id, patient_id) REFERENCES patients (clinic_id, id),
  FOREIGN KEY (clinic_id, acknowledged_by) REFERENCES users (clinic_id, id),
  FOREIGN KEY (clinic_id, resolved_by) REFERENCES users (clinic_id, id)
) STRICT;
CREATE UNIQUE INDEX alerts_one_open ON alerts (patient_id, kind) WHERE status <> 'resolved';
CREATE INDEX alerts_active ON alerts (clinic_id, raised_at, id) WHERE status <> 'resolved';
CREATE INDEX alerts_resolved ON alerts (clinic_id, resolved_at, id) WHERE status = 'resolved';
CREATE INDEX alerts_clinic_all ON alerts (clinic_id, raised_at, id);
CREATE INDEX alerts_patient ON alerts (patient_id, raised_at);

-- Which answers raised or joined an alert, and by which rule of the questionnaire.
CREATE TABLE alert_reasons (
  alert_id TEXT NOT NULL,
  response_id TEXT NOT NULL REFERENCES responses (id),
  rule TEXT NOT NULL,
  clinic_id TEXT NOT NULL,
  level TEXT NOT NULL,
  item TEXT,
  value_thousandths INTEGER,
  joined_at TEXT NOT NULL,
  PRIMARY KEY (alert_id, response_id, rule),
  FOREIGN KEY (clinic_id, alert_id) REFERENCES alerts (clinic_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE alert_events (
  id TEXT NOT NULL PRIMARY KEY,
  clinic_id TEXT NOT NULL,
  alert_id TEXT NOT NULL,
  at TEXT NOT NULL,
  what TEXT NOT NULL CHECK (what IN ('raised', 'joined', 'acknowledged', 'reopened', 'resolved')),
  user_id TEXT,
  action TEXT,
  note TEXT,
  FOREIGN KEY (clinic_id, alert_id) REFERENCES alerts (clinic_id, id),
  FOREIGN KEY (clinic_id, user_id) REFERENCES users (clinic_id, id)
) STRICT;
CREATE INDEX alert_events_alert ON alert_events (alert_id, at, id);
