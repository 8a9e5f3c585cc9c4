-- A second fence under the queries' own: a transaction sees the rows of the clinic that it was begun for.
-- `app.reach` is that clinic's id, or 'installation' for sign-in, set-up and the command line; unset, nothing is seen.

ALTER TABLE patients ENABLE ROW LEVEL SECURITY;
ALTER TABLE patients FORCE ROW LEVEL SECURITY;
CREATE POLICY clinic_only ON patients USING (
  current_setting('app.reach', true) = 'installation' OR clinic_id::text = current_setting('app.reach', true)
);

ALTER TABLE courses ENABLE ROW LEVEL SECURITY;
ALTER TABLE courses FORCE ROW LEVEL SECURITY;
CREATE POLICY clinic_only ON courses USING (
  current_setting('app.reach', true) = 'installation' OR clinic_id::text = current_setting('app.reach', true)
);

ALTER TABLE sessions ENABLE ROW LEVEL SECURITY;
ALTER TABLE sessions FORCE ROW LEVEL SECURITY;
CREATE POLICY clinic_only ON sessions USING (
  current_setting('app.reach', true) = 'installation' OR clinic_id::text = current_setting('app.reach', true)
);

ALTER TABLE session_amendments ENABLE ROW LEVEL SECURITY;
ALTER TABLE session_amendments FORCE ROW LEVEL SECURITY;
CREATE POLICY clinic_only ON session_amendments USING (
  current_setting('app.reach', true) = 'installation' OR clinic_id::text = current_setting('app.reach', true)
);

ALTER TABLE responses ENABLE ROW LEVEL SECURITY;
ALTER TABLE responses FORCE ROW LEVEL SECURITY;
CREATE POLICY clinic_only ON responses USING (
  current_setting('app.reach', true) = 'installation' OR clinic_id::text = current_setting('app.reach', true)
);

ALTER TABLE scores ENABLE ROW LEVEL SECURITY;
ALTER TABLE scores FORCE ROW LEVEL SECURITY;
CREATE POLICY clinic_only ON scores USING (
  current_setting('app.reach', true) = 'installation' OR clinic_id::text = current_setting('app.reach', true)
);

ALTER TABLE ratings ENABLE ROW LEVEL SECURITY;
ALTER TABLE ratings FORCE ROW LEVEL SECURITY;
CREATE POLICY clinic_only ON ratings USING (
  current_setting('app.reach', true) = 'installation' OR clinic_id::text = current_setting('app.reach', true)
);

ALTER TABLE alerts ENABLE ROW LEVEL SECURITY;
ALTER TABLE alerts FORCE ROW LEVEL SECURITY;
CREATE POLICY clinic_only ON alerts USING (
  current_setting('app.reach', true) = 'installation' OR clinic_id::text = current_setting('app.reach', true)
);

ALTER TABLE alert_reasons ENABLE ROW LEVEL SECURITY;
ALTER TABLE alert_reasons FORCE ROW LEVEL SECURITY;
CREATE POLICY clinic_only ON alert_reasons USING (
  current_setting('app.reach', true) = 'installation' OR clinic_id::text = current_setting('app.reach', true)
);

ALTER TABLE alert_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE alert_events FORCE ROW LEVEL SECURITY;
CREATE POLICY clinic_only ON alert_events USING (
  current_setting('app.reach', true) = 'installation' OR clinic_id::text = current_setting('app.reach', true)
);

ALTER TABLE caseload ENABLE ROW LEVEL SECURITY;
ALTER TABLE caseload FORCE ROW LEVEL SECURITY;
CREATE POLICY clinic_only ON caseload USING (
  current_setting('app.reach', true) = 'installation' OR clinic_id::text = current_setting('app.reach', true)
);
