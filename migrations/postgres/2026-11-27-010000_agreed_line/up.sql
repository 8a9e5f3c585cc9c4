-- The line that patient and provider agreed on: a value of one measure, in thousandths, that treatment is to keep.
ALTER TABLE courses ADD COLUMN agreed_measure text;
ALTER TABLE courses ADD COLUMN agreed_thousandths bigint;
