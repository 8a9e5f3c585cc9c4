-- Lists of the caseload that a person comes back to, in the person's own order: a name and what the list is asked for.
CREATE TABLE saved_filters (
  user_id TEXT NOT NULL,
  position INTEGER NOT NULL,
  clinic_id TEXT NOT NULL,
  name TEXT NOT NULL,
  query TEXT NOT NULL,
  PRIMARY KEY (user_id, position),
  FOREIGN KEY (clinic_id, user_id) REFERENCES users (clinic_id, id)
) STRICT;
