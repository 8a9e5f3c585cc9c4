DROP INDEX sessions_clinic_patient;
