-- Times are Unix milliseconds, JSON is text, secrets are hashes or sealed.

CREATE TABLE instance (
  id TEXT NOT NULL PRIMARY KEY,
  settings TEXT NOT NULL,
  secret_key TEXT NOT NULL,        -- sealed
  publishable_key TEXT NOT NULL,
  signing_key TEXT NOT NULL,       -- sealed PKCS#8
  created_at BIGINT NOT NULL
);

-- `generation` is the ban mechanism: a credential lives only while its own generation equals this one and
-- `banned` is false (see beadle_domain::credential).
CREATE TABLE users (
  seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  generation BIGINT NOT NULL,
  banned BOOLEAN NOT NULL,
  external_id TEXT UNIQUE,
  username TEXT,
  username_canonical TEXT UNIQUE,
  first_name TEXT,
  last_name TEXT,
  locale TEXT,
  primary_email_address_id TEXT,
  primary_phone_number_id TEXT,
  primary_web3_wallet_id TEXT,
  primary_email_address TEXT,      -- the three values again, for sorting by them
  primary_phone_number TEXT,
  primary_web3_wallet TEXT,
  public_metadata TEXT NOT NULL,
  private_metadata TEXT NOT NULL,
  unsafe_metadata TEXT NOT NULL,
  password_digest TEXT,
  password_updated_at BIGINT,
  totp_secret TEXT,                -- sealed
  backup_codes TEXT,               -- JSON array of digests
  locked BOOLEAN NOT NULL,
  lockout_expires_at BIGINT,
  failed_attempts BIGINT NOT NULL,
  delete_self_enabled BOOLEAN NOT NULL,
  create_organization_enabled BOOLEAN NOT NULL,
  create_organizations_limit BIGINT,
  bypass_client_trust BOOLEAN NOT NULL,
  mfa_enabled_at BIGINT,
  mfa_disabled_at BIGINT,
  legal_accepted_at BIGINT,
  last_sign_in_at BIGINT,
  last_active_at BIGINT,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
-- An order is served only by an index with the same place for nulls; see the order clause of user lists.
CREATE INDEX users_created_at ON users (created_at, id);
CREATE INDEX users_updated_at ON users (updated_at, id);
CREATE INDEX users_first_name ON users (first_name NULLS FIRST, id);
CREATE INDEX users_last_name ON users (last_name NULLS FIRST, id);
CREATE INDEX users_email_address ON users (primary_email_address NULLS FIRST, id);
CREATE INDEX users_phone_number ON users (primary_phone_number NULLS FIRST, id);
CREATE INDEX users_web3_wallet ON users (primary_web3_wallet NULLS FIRST, id);
CREATE INDEX users_username ON users (username NULLS FIRST, id);
CREATE INDEX users_last_active_at ON users (last_active_at NULLS FIRST, id);
CREATE INDEX users_last_sign_in_at ON users (last_sign_in_at NULLS FIRST, id);
CREATE INDEX users_banned ON users (created_at, id) WHERE banned;

CREATE TABLE identifications (
  id TEXT NOT NULL PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  kind TEXT NOT NULL,              -- email_address, phone_number, web3_wallet
  value TEXT NOT NULL,
  canonical TEXT NOT NULL,
  position BIGINT NOT NULL,
  status TEXT NOT NULL,            -- verified, reserved
  strategy TEXT,                   -- how it was verified
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  UNIQUE (canonical, kind)
);
CREATE INDEX identifications_user ON identifications (user_id, position);

-- Substring search: one row per user, lower-cased. Trigrams serve any query of three characters and more.
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE TABLE user_search (
  seq BIGINT NOT NULL PRIMARY KEY,
  user_id TEXT NOT NULL,
  emails TEXT NOT NULL,
  phones TEXT NOT NULL,
  wallets TEXT NOT NULL,
  username TEXT NOT NULL,
  name TEXT NOT NULL
);
CREATE INDEX user_search_trigrams ON user_search USING gin (
  user_id gin_trgm_ops, emails gin_trgm_ops, phones gin_trgm_ops, wallets gin_trgm_ops,
  username gin_trgm_ops, name gin_trgm_ops
);

CREATE TABLE clients (
  id TEXT NOT NULL PRIMARY KEY,
  token_hash TEXT NOT NULL UNIQUE,
  last_active_session_id TEXT,
  sign_in_id TEXT,
  sign_up_id TEXT,
  last_authentication_strategy TEXT,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE INDEX clients_updated_at ON clients (updated_at);

CREATE TABLE sessions (
  id TEXT NOT NULL PRIMARY KEY,
  user_id TEXT NOT NULL,
  client_id TEXT NOT NULL,
  generation BIGINT NOT NULL,
  status TEXT NOT NULL,            -- as last written; what is reported is derived
  actor TEXT,
  refresh_token_hash TEXT,
  latest_activity TEXT,
  last_active_at BIGINT NOT NULL,
  verified_at BIGINT NOT NULL,    -- first factor
  expire_at BIGINT NOT NULL,
  abandon_at BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE INDEX sessions_user ON sessions (user_id, created_at, id);
CREATE INDEX sessions_client ON sessions (client_id, created_at, id);
CREATE INDEX sessions_created_at ON sessions (created_at, id);
CREATE INDEX sessions_expire_at ON sessions (expire_at);
-- What the sweep after a ban still has to settle.
CREATE INDEX sessions_unsettled ON sessions (user_id, generation) WHERE status IN ('active', 'pending');

CREATE TABLE sign_ins (
  id TEXT NOT NULL PRIMARY KEY,
  client_id TEXT NOT NULL,
  status TEXT NOT NULL,
  identifier TEXT,
  user_id TEXT,
  generation BIGINT,              -- of the user when the attempt was identified
  strategy TEXT,
  identification_id TEXT,
  code_hash TEXT,
  code_attempts BIGINT NOT NULL,
  code_expire_at BIGINT,
  verification_status TEXT,
  created_session_id TEXT,
  abandon_at BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE INDEX sign_ins_abandon_at ON sign_ins (abandon_at);

CREATE TABLE sign_ups (
  id TEXT NOT NULL PRIMARY KEY,
  client_id TEXT NOT NULL,
  status TEXT NOT NULL,
  email_address TEXT,
  phone_number TEXT,
  username TEXT,
  first_name TEXT,
  last_name TEXT,
  locale TEXT,
  password_digest TEXT,
  unsafe_metadata TEXT NOT NULL,
  legal_accepted_at BIGINT,
  strategy TEXT,
  code_hash TEXT,
  code_attempts BIGINT NOT NULL,
  code_expire_at BIGINT,
  verification_status TEXT,
  created_user_id TEXT,
  created_session_id TEXT,
  abandon_at BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE INDEX sign_ups_abandon_at ON sign_ups (abandon_at);

-- The outbox: written in the transaction of the change it tells of.
CREATE TABLE events (
  seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id TEXT NOT NULL,
  type TEXT NOT NULL,
  subject TEXT NOT NULL,           -- events of one subject are delivered in order
  data TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  xid XID8 NOT NULL DEFAULT pg_current_xact_id()   -- a reader takes rows below the snapshot's horizon only
);
CREATE INDEX events_created_at ON events (created_at);

-- What verifiers must learn: (user, generation) or (session).
CREATE TABLE revocations (
  seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  user_id TEXT,
  generation BIGINT,
  session_id TEXT,
  created_at BIGINT NOT NULL,
  xid XID8 NOT NULL DEFAULT pg_current_xact_id()   -- a reader takes rows below the snapshot's horizon only
);
CREATE INDEX revocations_created_at ON revocations (created_at);

-- Users whose sessions below a generation wait to be settled as revoked.
CREATE TABLE sweeps (
  user_id TEXT NOT NULL PRIMARY KEY,
  below BIGINT NOT NULL,
  requested_at BIGINT NOT NULL
);

CREATE TABLE mails (
  id TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  recipient TEXT NOT NULL,
  subject TEXT NOT NULL,
  body TEXT NOT NULL,              -- emptied once handed to a mail server
  status TEXT NOT NULL,            -- queued, sent, stored (development), failed
  attempts BIGINT NOT NULL,
  next_attempt_at BIGINT NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE INDEX mails_due ON mails (status, next_attempt_at);
CREATE INDEX mails_recipient ON mails (recipient, created_at);
