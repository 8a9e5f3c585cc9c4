CREATE TABLE alerts (
  id uuid NOT NULL PRIMARY KEY,
  clinic_id uuid NOT NULL,
  patient_id uuid NOT NULL,
  kind text NOT NULL,
  level text NOT NULL CHECK (level IN ('review', 'high', 'urgent')),
  status text NOT NULL CHECK (status IN ('open', 'acknowledged', 'resolved')),
  title text NOT NULL,
  value_thousandths bigint,
  raised_at timestamptz NOT NULL,
  answered_at timestamptz NOT NULL,
  received_at timestamptz NOT NULL,
  acknowledged_by uuid,
  acknowledged_at timestamptz,
  resolved_by uuid,
  resolved_at timestamptz,
  action text CHECK (action IN ('spoke', 'assessed', 'safety_plan', 'emergency_services', 'could_not_reach', 'no_action_needed')),
  note text,
  version integer NOT NULL,
  UNIQUE (clinic_id, id),
  FOREIGN KEY (clinic_id, patient_id) REFERENCES patients (clinic_id, id),
  FOREIGN KEY (clinic_id, acknowledged_by) REFERENCES users (clinic_id, id),
  FOREIGN KEY (clinic_id, resolved_by) REFERENCES users (clinic_id, id)
);
CREATE UNIQUE INDEX alerts_one_open ON alerts (patient_id, kind) WHERE status <> 'resolved';
CREATE INDEX alerts_active ON alerts (clinic_id, raised_at, id) WHERE status <> 'resolved';
CREATE INDEX alerts_resolved ON alerts (clinic_id, resolved_at, id) WHERE status = 'resolved';
CREATE INDEX alerts_clinic_all ON alerts (clinic_id, raised_at, id);
CREATE INDEX alerts_patient ON alerts (patient_id, raised_at);

-- Which answers raised or joined an alert, and by which rule of the questionnaire.
CREATE TABLE alert_reasons (
  alert_id uuid NOT NULL,
  response_id uuid NOT NULL REFERENCES responses (id),
  rule text NOT NULL,
  clinic_id uuid NOT NULL,
  level text NOT NULL,
  item text,
  value_thousandths bigint,
  joined_at timestamptz NOT NULL,
  PRIMARY KEY (alert_id, response_id, rule),
  FOREIGN KEY (clinic_id, alert_id) REFERENCES alerts (clinic_id, id)
);

CREATE TABLE alert_events (
  id uuid NOT NULL PRIMARY KEY,
  clinic_id uuid NOT NULL,
  alert_id uuid NOT NULL,
  at timestamptz NOT NULL,
  what text NOT NULL CHECK (what IN ('raised', 'joined', 'acknowledged', 'reopened', 'resolved')),
  user_id uuid,
  action text,
  note text,
  FOREIGN KEY (clinic_id, alert_id) REFERENCES alerts (clinic_id, id),
  FOREIGN KEY (clinic_id, user_id) REFERENCES users (clinic_id, id)
);
CREATE INDEX alert_events_alert ON alert_events (alert_id, at, id);
