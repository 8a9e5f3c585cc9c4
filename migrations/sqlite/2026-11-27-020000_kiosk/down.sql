DROP TABLE kiosk_codes;
DELETE FROM sign_ins WHERE patient_id IS NOT NULL;
DROP INDEX sign_ins_patient;
ALTER TABLE sign_ins DROP COLUMN patient_id;
