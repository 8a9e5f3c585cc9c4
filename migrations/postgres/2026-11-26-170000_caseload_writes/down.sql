CREATE INDEX caseload_last_response ON caseload (clinic_id, archived, urgency, last_response_at DESC, patient_id);
