-- Browsers that are on their way to a provider and back.
CREATE TABLE oauth_states (
  state_hash TEXT NOT NULL PRIMARY KEY,
  client_id TEXT NOT NULL,         -- no other browser may come back with it
  strategy TEXT NOT NULL,
  purpose TEXT NOT NULL,           -- sign_in, sign_up, connect
  subject_id TEXT NOT NULL,        -- the attempt, or the identification that is to be proven
  user_id TEXT,                    -- who connects an account
  generation BIGINT,              -- theirs when they set out
  verifier TEXT NOT NULL,          -- sealed
  nonce_hash TEXT NOT NULL,
  redirect_uri TEXT NOT NULL,
  redirect_url TEXT NOT NULL,
  complete_url TEXT,
  expire_at BIGINT NOT NULL
);
CREATE INDEX oauth_states_subject ON oauth_states (subject_id);
CREATE INDEX oauth_states_expire_at ON oauth_states (expire_at);
