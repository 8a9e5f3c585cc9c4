DROP TABLE gate_overrides;
DROP TABLE course_reviews;
DROP TABLE eligibility_signatures;
