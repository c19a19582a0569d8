-- Mail with HTML, and SMS in the same outbox. A waiting SMS has a status of its own, `queued_sms`, so that a node of
-- the version before does not take it for mail.

ALTER TABLE mails ADD COLUMN channel TEXT NOT NULL DEFAULT 'email';  -- or sms
ALTER TABLE mails ADD COLUMN html TEXT;                              -- emptied together with body
