-- Answered questionnaires, in the order they belong on a patient's time line. `placed_at` is completed_at, or
-- received_at where the phone's clock was suspect. `digest` tells a replay from another answer under the same id.
CREATE TABLE responses (
  patient_id uuid NOT NULL,
  placed_at timestamptz NOT NULL,
  id uuid NOT NULL,
  clinic_id uuid NOT NULL,
  instrument text NOT NULL,
  instrument_version text NOT NULL,
  answers text NOT NULL,
  completed_at timestamptz NOT NULL,
  started_at timestamptz,
  time_zone text NOT NULL,
  local_date date NOT NULL,
  received_at timestamptz NOT NULL,
  clock_suspect boolean NOT NULL,
  entered_by uuid NOT NULL,
  entered_by_role text NOT NULL CHECK (entered_by_role IN ('patient', 'provider')),
  replaces uuid,
  superseded_by uuid,
  digest text NOT NULL,
  PRIMARY KEY (patient_id, placed_at, id),
  FOREIGN KEY (clinic_id, patient_id) REFERENCES patients (clinic_id, id),
  FOREIGN KEY (clinic_id, entered_by) REFERENCES users (clinic_id, id),
  FOREIGN KEY (instrument, instrument_version) REFERENCES instrument_versions (instrument, version)
 , CONSTRAINT responses_id UNIQUE (id)
 , FOREIGN KEY (replaces) REFERENCES responses (id)
 , FOREIGN KEY (superseded_by) REFERENCES responses (id)
);

-- One row per scale of a response. Values are exact: thousandths of a point, null where the published rule gives no score.
CREATE TABLE scores (
  patient_id uuid NOT NULL,
  measure text NOT NULL,
  placed_at timestamptz NOT NULL,
  response_id uuid NOT NULL REFERENCES responses (id),
  clinic_id uuid NOT NULL,
  local_date date NOT NULL,
  value_thousandths bigint,
  band text,
  missing_items text NOT NULL,
  prorated boolean NOT NULL,
  superseded boolean NOT NULL,
  PRIMARY KEY (patient_id, measure, placed_at, response_id),
  FOREIGN KEY (clinic_id, patient_id) REFERENCES patients (clinic_id, id)
);
CREATE INDEX scores_line ON scores (patient_id, measure, placed_at) INCLUDE (value_thousandths, local_date, response_id);

-- One row per response of a questionnaire whose ratings are read one by one (the daily check-in), as one JSON object.
CREATE TABLE ratings (
  patient_id uuid NOT NULL,
  instrument text NOT NULL,
  local_date date NOT NULL,
  placed_at timestamptz NOT NULL,
  response_id uuid NOT NULL REFERENCES responses (id),
  clinic_id uuid NOT NULL,
  given text NOT NULL,
  superseded boolean NOT NULL,
  PRIMARY KEY (patient_id, instrument, local_date, placed_at, response_id),
  FOREIGN KEY (clinic_id, patient_id) REFERENCES patients (clinic_id, id)
);
