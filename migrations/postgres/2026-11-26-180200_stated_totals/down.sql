ALTER TABLE responses DROP COLUMN stated_total_thousandths;
