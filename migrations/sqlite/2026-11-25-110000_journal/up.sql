-- What patients write around their sessions, and who may read it. `placed_at` is written_at, or received_at where the
-- phone's clock was suspect. `digest` tells a replay from another text under the same id: the audience may have changed since.
CREATE TABLE journal_entries (
  id TEXT NOT NULL PRIMARY KEY,
  clinic_id TEXT NOT NULL,
  patient_id TEXT NOT NULL,
  session_id TEXT,
  kind TEXT NOT NULL CHECK (kind IN ('preparation', 'integration', 'note')),
  text TEXT NOT NULL,
  audience TEXT NOT NULL CHECK (audience IN ('me', 'provider', 'care_team')),
  provider_id TEXT,
  written_at TEXT NOT NULL,
  placed_at TEXT NOT NULL,
  local_date TEXT NOT NULL,
  received_at TEXT NOT NULL,
  digest TEXT NOT NULL,
  UNIQUE (clinic_id, id),
  CHECK ((audience = 'provider') = (provider_id IS NOT NULL)),
  FOREIGN KEY (clinic_id, patient_id) REFERENCES patients (clinic_id, id),
  FOREIGN KEY (clinic_id, session_id) REFERENCES sessions (clinic_id, id),
  FOREIGN KEY (clinic_id, provider_id) REFERENCES users (clinic_id, id)
) STRICT;
CREATE INDEX journal_entries_patient ON journal_entries (patient_id, placed_at, id);

-- Who of the clinic has read an entry, and when first.
CREATE TABLE journal_reads (
  entry_id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  clinic_id TEXT NOT NULL,
  read_at TEXT NOT NULL,
  PRIMARY KEY (entry_id, user_id),
  FOREIGN KEY (clinic_id, entry_id) REFERENCES journal_entries (clinic_id, id),
  FOREIGN KEY (clinic_id, user_id) REFERENCES users (clinic_id, id)
) STRICT;
