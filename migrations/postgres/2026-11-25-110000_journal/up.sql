-- What patients write around their sessions, and who may read it. `placed_at` is written_at, or received_at where the
-- phone's clock was suspect. `digest` tells a replay from another text under the same id: the audience may have changed since.
CREATE TABLE journal_entries (
  id uuid NOT NULL PRIMARY KEY,
  clinic_id uuid NOT NULL,
  patient_id uuid NOT NULL,
  session_id uuid,
  kind text NOT NULL CHECK (kind IN ('preparation', 'integration', 'note')),
  text text NOT NULL,
  audience text NOT NULL CHECK (audience IN ('me', 'provider', 'care_team')),
  provider_id uuid,
  written_at timestamptz NOT NULL,
  placed_at timestamptz NOT NULL,
  local_date date NOT NULL,
  received_at timestamptz NOT NULL,
  digest text NOT NULL,
  UNIQUE (clinic_id, id),
  CHECK ((audience = 'provider') = (provider_id IS NOT NULL)),
  FOREIGN KEY (clinic_id, patient_id) REFERENCES patients (clinic_id, id),
  FOREIGN KEY (clinic_id, session_id) REFERENCES sessions (clinic_id, id),
  FOREIGN KEY (clinic_id, provider_id) REFERENCES users (clinic_id, id)
);
CREATE INDEX journal_entries_patient ON journal_entries (patient_id, placed_at, id);

-- Who of the clinic has read an entry, and when first.
CREATE TABLE journal_reads (
  entry_id uuid NOT NULL,
  user_id uuid NOT NULL,
  clinic_id uuid NOT NULL,
  read_at timestamptz NOT NULL,
  PRIMARY KEY (entry_id, user_id),
  FOREIGN KEY (clinic_id, entry_id) REFERENCES journal_entries (clinic_id, id),
  FOREIGN KEY (clinic_id, user_id) REFERENCES users (clinic_id, id)
);

ALTER TABLE journal_entries ENABLE ROW LEVEL SECURITY;
ALTER TABLE journal_entries FORCE ROW LEVEL SECURITY;
CREATE POLICY clinic_only ON journal_entries USING (
  current_setting('app.reach', true) = 'installation' OR clinic_id::text = current_setting('app.reach', true)
);

ALTER TABLE journal_reads ENABLE ROW LEVEL SECURITY;
ALTER TABLE journal_reads FORCE ROW LEVEL SECURITY;
CREATE POLICY clinic_only ON journal_reads USING (
  current_setting('app.reach', true) = 'installation' OR clinic_id::text = current_setting('app.reach', true)
);
