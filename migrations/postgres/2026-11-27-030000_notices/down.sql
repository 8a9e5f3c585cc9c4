DROP TABLE reminders;
DROP TABLE channels;
DROP TABLE push_subscriptions;
DROP TABLE notices;
