DROP TABLE alert_events;
DROP TABLE alert_reasons;
DROP TABLE alerts;
