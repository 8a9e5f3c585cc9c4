ALTER TABLE courses DROP COLUMN agreed_thousandths;
ALTER TABLE courses DROP COLUMN agreed_measure;
