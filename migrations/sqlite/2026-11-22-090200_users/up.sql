CREATE TABLE users (
  id TEXT NOT NULL PRIMARY KEY,
  clinic_id TEXT NOT NULL REFERENCES clinics (id),
  patient_id TEXT,
  email TEXT NOT NULL,
  email_key TEXT NOT NULL,
  name TEXT NOT NULL,
  password_hash TEXT,
  roles TEXT NOT NULL CHECK (roles <> ''),
  time_zone TEXT NOT NULL,
  locale TEXT NOT NULL,
  reminders TEXT NOT NULL,
  disabled_at TEXT,
  created_at TEXT NOT NULL,
  UNIQUE (clinic_id, id),
  UNIQUE (clinic_id, email_key),
  UNIQUE (clinic_id, patient_id),
  FOREIGN KEY (clinic_id, patient_id) REFERENCES patients (clinic_id, id)
) STRICT;
CREATE INDEX users_email ON users (email_key);

-- Failed sign-ins by the hash of the e-mail that was typed, known or not, so that a pause tells nobody which exist.
CREATE TABLE sign_in_tries (
  email_hash TEXT NOT NULL PRIMARY KEY,
  tries INTEGER NOT NULL,
  since TEXT NOT NULL,
  retry_at TEXT NOT NULL
) STRICT;

-- A signed-in device. `generation` counts refreshes; `confirmed_generation` is the newest one whose tokens were used.
CREATE TABLE sign_ins (
  id TEXT NOT NULL PRIMARY KEY,
  clinic_id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  device TEXT NOT NULL,
  transport TEXT NOT NULL CHECK (transport IN ('bearer', 'cookie')),
  generation INTEGER NOT NULL,
  confirmed_generation INTEGER NOT NULL,
  confirmed_at TEXT NOT NULL,
  created_at TEXT NOT NULL,
  last_seen_at TEXT NOT NULL,
  ends_at TEXT NOT NULL,
  ended_at TEXT,
  UNIQUE (clinic_id, id),
  FOREIGN KEY (clinic_id, user_id) REFERENCES users (clinic_id, id)
) STRICT;
CREATE INDEX sign_ins_user ON sign_ins (user_id, last_seen_at);

CREATE TABLE refresh_tokens (
  token_hash TEXT NOT NULL PRIMARY KEY,
  sign_in_id TEXT NOT NULL REFERENCES sign_ins (id),
  generation INTEGER NOT NULL,
  created_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX refresh_tokens_sign_in ON refresh_tokens (sign_in_id, generation);

CREATE TABLE invitations (
  id TEXT NOT NULL PRIMARY KEY,
  clinic_id TEXT NOT NULL REFERENCES clinics (id),
  email TEXT NOT NULL,
  name TEXT NOT NULL,
  roles TEXT NOT NULL CHECK (roles <> ''),
  patient_id TEXT,
  token_hash TEXT NOT NULL UNIQUE,
  invited_by TEXT NOT NULL,
  created_at TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  accepted_at TEXT,
  revoked_at TEXT,
  tries INTEGER NOT NULL,
  UNIQUE (clinic_id, id),
  FOREIGN KEY (clinic_id, patient_id) REFERENCES patients (clinic_id, id),
  FOREIGN KEY (clinic_id, invited_by) REFERENCES users (clinic_id, id)
) STRICT;
CREATE INDEX invitations_clinic ON invitations (clinic_id, created_at, id);
CREATE INDEX invitations_patient ON invitations (patient_id, created_at);

-- What a person agreed to, or did not; the newest row of a consent counts.
CREATE TABLE consents (
  id TEXT NOT NULL PRIMARY KEY,
  clinic_id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  consent TEXT NOT NULL,
  version TEXT NOT NULL,
  agreed INTEGER NOT NULL,
  at TEXT NOT NULL,
  FOREIGN KEY (clinic_id, user_id) REFERENCES users (clinic_id, id)
) STRICT;
CREATE INDEX consents_user ON consents (user_id, consent, at);
