-- The order by name for who may not see which patients have an alert.
CREATE INDEX caseload_plain_name ON caseload (clinic_id, archived, name_key, patient_id);
