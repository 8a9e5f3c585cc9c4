-- Lists of the caseload that a person comes back to, in the person's own order: a name and what the list is asked for.
CREATE TABLE saved_filters (
  user_id uuid NOT NULL,
  position integer NOT NULL,
  clinic_id uuid NOT NULL,
  name text NOT NULL,
  query text NOT NULL,
  PRIMARY KEY (user_id, position),
  FOREIGN KEY (clinic_id, user_id) REFERENCES users (clinic_id, id)
);

ALTER TABLE saved_filters ENABLE ROW LEVEL SECURITY;
ALTER TABLE saved_filters FORCE ROW LEVEL SECURITY;
CREATE POLICY clinic_only ON saved_filters USING (
  current_setting('app.reach', true) = 'installation' OR clinic_id::text = current_setting('app.reach', true)
);
