-- API keys, machines, and the tokens by which machines ask one another.
CREATE TABLE api_keys (
  id TEXT NOT NULL PRIMARY KEY,
  type TEXT NOT NULL,
  subject TEXT NOT NULL,           -- the id of a user, an organisation or a machine
  generation INTEGER NOT NULL,      -- of the user when it was made; 0 where the subject is none
  name TEXT NOT NULL,
  description TEXT,
  claims TEXT,                     -- JSON
  scopes TEXT NOT NULL,            -- JSON
  secret_hash TEXT NOT NULL UNIQUE,
  secret TEXT NOT NULL,            -- sealed
  created_by TEXT,
  revoked_at INTEGER,
  revocation_reason TEXT,
  expire_at INTEGER,
  last_used_at INTEGER,             -- to the minute
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX api_keys_subject ON api_keys (subject, type, created_at, id);
-- Those that died with a generation hold no name.
CREATE UNIQUE INDEX api_keys_name ON api_keys (subject, name, generation) WHERE revoked_at IS NULL;

CREATE TABLE machines (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  default_token_ttl INTEGER NOT NULL,  -- seconds
  secret_hash TEXT NOT NULL UNIQUE,
  secret TEXT NOT NULL,            -- sealed
  previous_hash TEXT UNIQUE,       -- of the secret before, while it is taken yet
  previous_until INTEGER,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX machines_created_at ON machines (created_at, id);
CREATE INDEX machines_name ON machines (name, id);

-- Substring search, as for users.
CREATE VIRTUAL TABLE machines_search USING fts5 (id, name, tokenize = 'trigram', detail = full);
CREATE TRIGGER machines_added AFTER INSERT ON machines BEGIN
  INSERT INTO machines_search (id, name) VALUES (new.id, new.name);
END;
-- An id has no character that a phrase would have to escape.
CREATE TRIGGER machines_removed AFTER DELETE ON machines BEGIN
  DELETE FROM machines_search WHERE rowid IN (
    SELECT rowid FROM machines_search WHERE machines_search MATCH '{id} : "' || old.id || '"' AND id = old.id
  );
END;
CREATE TRIGGER machines_renamed AFTER UPDATE OF name ON machines BEGIN
  UPDATE machines_search SET name = new.name WHERE rowid IN (
    SELECT rowid FROM machines_search WHERE machines_search MATCH '{id} : "' || old.id || '"' AND id = old.id
  );
END;

-- Which machine may ask which.
CREATE TABLE machine_scopes (
  from_id TEXT NOT NULL,
  to_id TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (from_id, to_id)
) STRICT;
CREATE INDEX machine_scopes_to ON machine_scopes (to_id);

CREATE TABLE m2m_tokens (
  id TEXT NOT NULL PRIMARY KEY,
  machine_id TEXT NOT NULL,
  user_id TEXT,                    -- for whom the machine asks, if it says so
  generation INTEGER,               -- of that user when it was made
  claims TEXT,                     -- JSON
  scopes TEXT NOT NULL,            -- JSON
  fingerprint TEXT NOT NULL,       -- of what it says
  token_hash TEXT NOT NULL UNIQUE,
  token TEXT NOT NULL,             -- sealed
  revoked_at INTEGER,
  revocation_reason TEXT,
  expire_at INTEGER NOT NULL,
  last_used_at INTEGER,             -- to the minute
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX m2m_tokens_machine ON m2m_tokens (machine_id, created_at, id);
CREATE INDEX m2m_tokens_fingerprint ON m2m_tokens (machine_id, fingerprint, expire_at);
CREATE INDEX m2m_tokens_expire_at ON m2m_tokens (expire_at);
