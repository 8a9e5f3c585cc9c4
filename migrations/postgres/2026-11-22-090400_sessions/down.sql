DROP TABLE session_amendments;
DROP TABLE sessions;
