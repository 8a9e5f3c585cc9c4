CREATE TABLE clinics (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  time_zone TEXT NOT NULL,
  country TEXT NOT NULL,
  phone TEXT,
  hours TEXT,
  created_at TEXT NOT NULL
) STRICT;

-- One-time links that make a clinic and its first user.
CREATE TABLE setup_tokens (
  token_hash TEXT NOT NULL PRIMARY KEY,
  created_at TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  used_at TEXT
) STRICT;

-- Every version of every questionnaire that was ever loaded: a response is read with the one it was given with.
CREATE TABLE instrument_versions (
  instrument TEXT NOT NULL,
  version TEXT NOT NULL,
  digest TEXT NOT NULL,
  source TEXT NOT NULL,
  added_at TEXT NOT NULL,
  PRIMARY KEY (instrument, version)
) STRICT;
