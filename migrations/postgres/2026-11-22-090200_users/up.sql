CREATE TABLE users (
  id uuid NOT NULL PRIMARY KEY,
  clinic_id uuid NOT NULL REFERENCES clinics (id),
  patient_id uuid,
  email text NOT NULL,
  email_key text NOT NULL,
  name text NOT NULL,
  password_hash text,
  roles text NOT NULL CHECK (roles <> ''),
  time_zone text NOT NULL,
  locale text NOT NULL,
  reminders text NOT NULL,
  disabled_at timestamptz,
  created_at timestamptz NOT NULL,
  UNIQUE (clinic_id, id),
  UNIQUE (clinic_id, email_key),
  UNIQUE (clinic_id, patient_id),
  FOREIGN KEY (clinic_id, patient_id) REFERENCES patients (clinic_id, id)
);
CREATE INDEX users_email ON users (email_key);

-- Failed sign-ins by the hash of the e-mail that was typed, known or not, so that a pause tells nobody which exist.
CREATE TABLE sign_in_tries (
  email_hash text NOT NULL PRIMARY KEY,
  tries integer NOT NULL,
  since timestamptz NOT NULL,
  retry_at timestamptz NOT NULL
);

-- A signed-in device. `generation` counts refreshes; `confirmed_generation` is the newest one whose tokens were used.
CREATE TABLE sign_ins (
  id uuid NOT NULL PRIMARY KEY,
  clinic_id uuid NOT NULL,
  user_id uuid NOT NULL,
  device text NOT NULL,
  transport text NOT NULL CHECK (transport IN ('bearer', 'cookie')),
  generation integer NOT NULL,
  confirmed_generation integer NOT NULL,
  confirmed_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL,
  last_seen_at timestamptz NOT NULL,
  ends_at timestamptz NOT NULL,
  ended_at timestamptz,
  UNIQUE (clinic_id, id),
  FOREIGN KEY (clinic_id, user_id) REFERENCES users (clinic_id, id)
);
CREATE INDEX sign_ins_user ON sign_ins (user_id, last_seen_at);

CREATE TABLE refresh_tokens (
  token_hash text NOT NULL PRIMARY KEY,
  sign_in_id uuid NOT NULL REFERENCES sign_ins (id),
  generation integer NOT NULL,
  created_at timestamptz NOT NULL
);
CREATE INDEX refresh_tokens_sign_in ON refresh_tokens (sign_in_id, generation);

CREATE TABLE invitations (
  id uuid NOT NULL PRIMARY KEY,
  clinic_id uuid NOT NULL REFERENCES clinics (id),
  email text NOT NULL,
  name text NOT NULL,
  roles text NOT NULL CHECK (roles <> ''),
  patient_id uuid,
  token_hash text NOT NULL UNIQUE,
  invited_by uuid NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  accepted_at timestamptz,
  revoked_at timestamptz,
  tries integer NOT NULL,
  UNIQUE (clinic_id, id),
  FOREIGN KEY (clinic_id, patient_id) REFERENCES patients (clinic_id, id),
  FOREIGN KEY (clinic_id, invited_by) REFERENCES users (clinic_id, id)
);
CREATE INDEX invitations_clinic ON invitations (clinic_id, created_at, id);
CREATE INDEX invitations_patient ON invitations (patient_id, created_at);

-- What a person agreed to, or did not; the newest row of a consent counts.
CREATE TABLE consents (
  id uuid NOT NULL PRIMARY KEY,
  clinic_id uuid NOT NULL,
  user_id uuid NOT NULL,
  consent text NOT NULL,
  version text NOT NULL,
  agreed boolean NOT NULL,
  at timestamptz NOT NULL,
  FOREIGN KEY (clinic_id, user_id) REFERENCES users (clinic_id, id)
);
CREATE INDEX consents_user ON consents (user_id, consent, at);
