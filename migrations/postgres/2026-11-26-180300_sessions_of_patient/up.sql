-- A patient's sessions in order of time: with the clinic in the key too, so that SQLite does not walk over the clinic's.
CREATE INDEX sessions_clinic_patient ON sessions (clinic_id, patient_id, at, id);
