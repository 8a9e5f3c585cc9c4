ALTER TABLE courses DROP COLUMN ended_reason;
ALTER TABLE courses DROP COLUMN ended_on;
DROP TABLE session_bookings;
DROP TABLE assignments;
DROP TABLE course_plan_changes;
DROP TABLE protocol_versions;
