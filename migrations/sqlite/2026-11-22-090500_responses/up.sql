-- Answered questionnaires, in the order they belong on a patient's time line. `placed_at` is completed_at, or
-- received_at where the phone's clock was suspect. `digest` tells a replay from another answer under the same id.
CREATE TABLE responses (
  patient_id TEXT NOT NULL,
  placed_at TEXT NOT NULL,
  id TEXT NOT NULL,
  clinic_id TEXT NOT NULL,
  instrument TEXT NOT NULL,
  instrument_version TEXT NOT NULL,
  answers TEXT NOT NULL,
  completed_at TEXT NOT NULL,
  started_at TEXT,
  time_zone TEXT NOT NULL,
  local_date TEXT NOT NULL,
  received_at TEXT NOT NULL,
  clock_suspect INTEGER NOT NULL,
  entered_by TEXT NOT NULL,
  entered_by_role TEXT NOT NULL CHECK (entered_by_role IN ('patient', 'provider')),
  replaces TEXT,
  superseded_by TEXT,
  digest TEXT NOT NULL,
  PRIMARY KEY (patient_id, placed_at, id),
  FOREIGN KEY (clinic_id, patient_id) REFERENCES patients (clinic_id, id),
  FOREIGN KEY (clinic_id, entered_by) REFERENCES users (clinic_id, id),
  FOREIGN KEY (instrument, instrument_version) REFERENCES instrument_versions (instrument, version)
 , UNIQUE (id)
 , FOREIGN KEY (replaces) REFERENCES responses (id)
 , FOREIGN KEY (superseded_by) REFERENCES responses (id)
) STRICT, WITHOUT ROWID;

-- One row per scale of a response. Values are exact: thousandths of a point, null where the published rule gives no score.
CREATE TABLE scores (
  patient_id TEXT NOT NULL,
  measure TEXT NOT NULL,
  placed_at TEXT NOT NULL,
  response_id TEXT NOT NULL REFERENCES responses (id),
  clinic_id TEXT NOT NULL,
  local_date TEXT NOT NULL,
  value_thousandths INTEGER,
  band TEXT,
  missing_items TEXT NOT NULL,
  prorated INTEGER NOT NULL,
  superseded INTEGER NOT NULL,
  PRIMARY KEY (patient_id, measure, placed_at, response_id),
  FOREIGN KEY (clinic_id, patient_id) REFERENCES patients (clinic_id, id)
) STRICT, WITHOUT ROWID;

-- One row per response of a questionnaire whose ratings are read one by one (the daily check-in), as one JSON object.
CREATE TABLE ratings (
  patient_id TEXT NOT NULL,
  instrument TEXT NOT NULL,
  local_date TEXT NOT NULL,
  placed_at TEXT NOT NULL,
  response_id TEXT NOT NULL REFERENCES responses (id),
  clinic_id TEXT NOT NULL,
  given TEXT NOT NULL,
  superseded INTEGER NOT NULL,
  PRIMARY KEY (patient_id, instrument, local_date, placed_at, response_id),
  FOREIGN KEY (clinic_id, patient_id) REFERENCES patients (clinic_id, id)
) STRICT, WITHOUT ROWID;
