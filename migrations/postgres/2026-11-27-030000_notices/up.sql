-- What leaves the app for a person: written in the transaction that calls for it, sent after it by a server that claims it.
-- `key` names what it is about: nobody is ever sent two of one key. `due_at` is when it is to be looked at: while it waits,
-- the next try; while it is claimed, when the claim has run out; null once it is over.
CREATE TABLE notices (
  id uuid NOT NULL PRIMARY KEY,
  clinic_id uuid NOT NULL,
  user_id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('reminder', 'test', 'alert')),
  key text NOT NULL,
  state text NOT NULL CHECK (state IN ('waiting', 'claimed', 'sent', 'given_up')),
  tries integer NOT NULL,
  due_at timestamptz,
  expires_at timestamptz NOT NULL,
  channel text CHECK (channel IN ('push', 'email')),
  created_at timestamptz NOT NULL,
  ended_at timestamptz,
  UNIQUE (user_id, key),
  CHECK ((due_at IS NULL) = (state IN ('sent', 'given_up'))),
  FOREIGN KEY (clinic_id, user_id) REFERENCES users (clinic_id, id)
);
CREATE INDEX notices_due ON notices (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX notices_ended ON notices (ended_at) WHERE ended_at IS NOT NULL;

-- The push services of signed-in devices: one for each sign-in, gone with it.
CREATE TABLE push_subscriptions (
  sign_in_id uuid NOT NULL PRIMARY KEY,
  clinic_id uuid NOT NULL,
  user_id uuid NOT NULL,
  endpoint text NOT NULL UNIQUE,
  p256dh text NOT NULL,
  auth text NOT NULL,
  created_at timestamptz NOT NULL,
  FOREIGN KEY (clinic_id, sign_in_id) REFERENCES sign_ins (clinic_id, id),
  FOREIGN KEY (clinic_id, user_id) REFERENCES users (clinic_id, id)
);
CREATE INDEX push_subscriptions_user ON push_subscriptions (user_id, created_at);

-- How each way to a person went last.
CREATE TABLE channels (
  user_id uuid NOT NULL,
  channel text NOT NULL CHECK (channel IN ('push', 'email')),
  clinic_id uuid NOT NULL,
  succeeded_at timestamptz,
  failed_at timestamptz,
  PRIMARY KEY (user_id, channel),
  FOREIGN KEY (clinic_id, user_id) REFERENCES users (clinic_id, id)
);

-- How far the reminders of a patient have come. `due_at` is the next moment at which one may come, null where none is chosen;
-- `time_zone` is where the patient was last known to be, `placed_at` since when, `home_zone` what the account said then.
CREATE TABLE reminders (
  user_id uuid NOT NULL PRIMARY KEY,
  clinic_id uuid NOT NULL,
  patient_id uuid NOT NULL,
  due_at timestamptz,
  home_zone text NOT NULL,
  time_zone text NOT NULL,
  placed_at timestamptz NOT NULL,
  reminded_on date,
  reminded_at timestamptz,
  unanswered_days integer NOT NULL,
  unreachable_since timestamptz,
  FOREIGN KEY (clinic_id, user_id) REFERENCES users (clinic_id, id),
  FOREIGN KEY (clinic_id, patient_id) REFERENCES patients (clinic_id, id)
);
CREATE INDEX reminders_due ON reminders (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX reminders_unreachable ON reminders (clinic_id) WHERE unreachable_since IS NOT NULL;
-- Who joined before is looked at once, which plans the next one.
INSERT INTO reminders (user_id, clinic_id, patient_id, due_at, home_zone, time_zone, placed_at, unanswered_days)
  SELECT id, clinic_id, patient_id, created_at, time_zone, time_zone, created_at, 0 FROM users WHERE patient_id IS NOT NULL;

ALTER TABLE notices ENABLE ROW LEVEL SECURITY;
ALTER TABLE notices FORCE ROW LEVEL SECURITY;
CREATE POLICY clinic_only ON notices USING (
  current_setting('app.reach', true) = 'installation' OR clinic_id::text = current_setting('app.reach', true)
);

ALTER TABLE push_subscriptions ENABLE ROW LEVEL SECURITY;
ALTER TABLE push_subscriptions FORCE ROW LEVEL SECURITY;
CREATE POLICY clinic_only ON push_subscriptions USING (
  current_setting('app.reach', true) = 'installation' OR clinic_id::text = current_setting('app.reach', true)
);

ALTER TABLE channels ENABLE ROW LEVEL SECURITY;
ALTER TABLE channels FORCE ROW LEVEL SECURITY;
CREATE POLICY clinic_only ON channels USING (
  current_setting('app.reach', true) = 'installation' OR clinic_id::text = current_setting('app.reach', true)
);

ALTER TABLE reminders ENABLE ROW LEVEL SECURITY;
ALTER TABLE reminders FORCE ROW LEVEL SECURITY;
CREATE POLICY clinic_only ON reminders USING (
  current_setting('app.reach', true) = 'installation' OR clinic_id::text = current_setting('app.reach', true)
);
