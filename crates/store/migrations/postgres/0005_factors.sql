-- Authenticator apps.

ALTER TABLE users ADD COLUMN totp_pending TEXT;      -- sealed; becomes totp_secret once its app has shown a code
ALTER TABLE users ADD COLUMN totp_last_step BIGINT;  -- codes up to this step were used
