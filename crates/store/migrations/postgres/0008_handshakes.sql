-- Answers to handshakes that the application's server has yet to fetch. Nothing here breaks a process that still
-- runs on the schema before.

CREATE TABLE handshakes (
  nonce_hash TEXT NOT NULL PRIMARY KEY,
  session_id TEXT NOT NULL,        -- which carries the generation
  origin TEXT NOT NULL,            -- of the page that the cookies are for
  expire_at BIGINT NOT NULL
);
CREATE INDEX handshakes_expire_at ON handshakes (expire_at);
