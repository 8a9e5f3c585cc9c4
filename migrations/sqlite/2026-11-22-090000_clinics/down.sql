DROP TABLE instrument_versions;
DROP TABLE setup_tokens;
DROP TABLE clinics;
