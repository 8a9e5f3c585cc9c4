-- Phase, why dosing was stopped, other medicines and interventions, as one JSON object.
ALTER TABLE sessions ADD COLUMN conduct text NOT NULL DEFAULT '{}';
