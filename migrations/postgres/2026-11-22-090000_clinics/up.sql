CREATE TABLE clinics (
  id uuid NOT NULL PRIMARY KEY,
  name text NOT NULL,
  time_zone text NOT NULL,
  country text NOT NULL,
  phone text,
  hours text,
  created_at timestamptz NOT NULL
);

-- One-time links that make a clinic and its first user.
CREATE TABLE setup_tokens (
  token_hash text NOT NULL PRIMARY KEY,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  used_at timestamptz
);

-- Every version of every questionnaire that was ever loaded: a response is read with the one it was given with.
CREATE TABLE instrument_versions (
  instrument text NOT NULL,
  version text NOT NULL,
  digest text NOT NULL,
  source text NOT NULL,
  added_at timestamptz NOT NULL,
  PRIMARY KEY (instrument, version)
);
