-- Tokens by which the Backend API lets somebody act as a user.
CREATE TABLE actor_tokens (
  id TEXT NOT NULL PRIMARY KEY,
  user_id TEXT NOT NULL,
  generation BIGINT NOT NULL,     -- of the user when it was made
  actor TEXT NOT NULL,             -- JSON; its `sub` names who acts
  actor_id TEXT,                   -- `sub`, where that is a user too
  actor_generation BIGINT,        -- of that user when it was made
  token_hash TEXT NOT NULL UNIQUE,
  status TEXT NOT NULL,            -- pending, accepted, revoked
  session_seconds BIGINT NOT NULL,
  expire_at BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE INDEX actor_tokens_expire_at ON actor_tokens (expire_at);
