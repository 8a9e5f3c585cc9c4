DROP INDEX sessions_clinic;
DROP TABLE session_arrivals;
