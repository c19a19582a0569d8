-- Clients in a list, what an operator says about sign-ups, addresses that browsers and apps may be sent to, and
-- passwords that others know. Nothing here breaks a process that still runs on the schema before.

CREATE INDEX clients_created_at ON clients (created_at, id);

ALTER TABLE sign_ups ADD COLUMN external_id TEXT;  -- what the user-to-be starts with
ALTER TABLE sign_ups ADD COLUMN custom_action INTEGER NOT NULL DEFAULT 0;

CREATE TABLE redirect_urls (
  id TEXT NOT NULL PRIMARY KEY,
  url TEXT NOT NULL UNIQUE,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX redirect_urls_created_at ON redirect_urls (created_at, id);

ALTER TABLE users ADD COLUMN password_compromised INTEGER NOT NULL DEFAULT 0;
