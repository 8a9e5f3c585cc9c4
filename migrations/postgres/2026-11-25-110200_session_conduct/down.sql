ALTER TABLE sessions DROP COLUMN conduct;
