-- API keys, machines, and the tokens by which machines ask one another.
CREATE TABLE api_keys (
  id TEXT NOT NULL PRIMARY KEY,
  type TEXT NOT NULL,
  subject TEXT NOT NULL,           -- the id of a user, an organisation or a machine
  generation BIGINT NOT NULL,      -- of the user when it was made; 0 where the subject is none
  name TEXT NOT NULL,
  description TEXT,
  claims TEXT,                     -- JSON
  scopes TEXT NOT NULL,            -- JSON
  secret_hash TEXT NOT NULL UNIQUE,
  secret TEXT NOT NULL,            -- sealed
  created_by TEXT,
  revoked_at BIGINT,
  revocation_reason TEXT,
  expire_at BIGINT,
  last_used_at BIGINT,             -- to the minute
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE INDEX api_keys_subject ON api_keys (subject, type, created_at, id);
-- Those that died with a generation hold no name.
CREATE UNIQUE INDEX api_keys_name ON api_keys (subject, name, generation) WHERE revoked_at IS NULL;

CREATE TABLE machines (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  default_token_ttl BIGINT NOT NULL,  -- seconds
  secret_hash TEXT NOT NULL UNIQUE,
  secret TEXT NOT NULL,            -- sealed
  previous_hash TEXT UNIQUE,       -- of the secret before, while it is taken yet
  previous_until BIGINT,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE INDEX machines_created_at ON machines (created_at, id);
CREATE INDEX machines_name ON machines (name, id);
CREATE INDEX machines_search ON machines USING gin (name gin_trgm_ops);

-- Which machine may ask which.
CREATE TABLE machine_scopes (
  from_id TEXT NOT NULL,
  to_id TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (from_id, to_id)
);
CREATE INDEX machine_scopes_to ON machine_scopes (to_id);

CREATE TABLE m2m_tokens (
  id TEXT NOT NULL PRIMARY KEY,
  machine_id TEXT NOT NULL,
  user_id TEXT,                    -- for whom the machine asks, if it says so
  generation BIGINT,               -- of that user when it was made
  claims TEXT,                     -- JSON
  scopes TEXT NOT NULL,            -- JSON
  fingerprint TEXT NOT NULL,       -- of what it says
  token_hash TEXT NOT NULL UNIQUE,
  token TEXT NOT NULL,             -- sealed
  revoked_at BIGINT,
  revocation_reason TEXT,
  expire_at BIGINT NOT NULL,
  last_used_at BIGINT,             -- to the minute
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE INDEX m2m_tokens_machine ON m2m_tokens (machine_id, created_at, id);
CREATE INDEX m2m_tokens_fingerprint ON m2m_tokens (machine_id, fingerprint, expire_at);
CREATE INDEX m2m_tokens_expire_at ON m2m_tokens (expire_at);
