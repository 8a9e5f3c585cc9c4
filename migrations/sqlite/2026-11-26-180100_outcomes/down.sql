DROP TABLE outcomes;
ALTER TABLE caseload DROP COLUMN outcome_version;
