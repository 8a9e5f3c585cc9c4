-- The total of a questionnaire that was brought in from elsewhere without its answers, in thousandths of a point.
ALTER TABLE responses ADD COLUMN stated_total_thousandths bigint;
