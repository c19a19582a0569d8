-- Times are Unix milliseconds, JSON is text, secrets are hashes or sealed.

CREATE TABLE instance (
  id TEXT NOT NULL PRIMARY KEY,
  settings TEXT NOT NULL,
  secret_key TEXT NOT NULL,        -- sealed
  publishable_key TEXT NOT NULL,
  signing_key TEXT NOT NULL,       -- sealed PKCS#8
  created_at INTEGER NOT NULL
) STRICT;

-- `generation` is the ban mechanism: a credential lives only while its own generation equals this one and
-- `banned` is false (see beadle_domain::credential).
CREATE TABLE users (
  seq INTEGER PRIMARY KEY,         -- also the row id of user_search
  id TEXT NOT NULL UNIQUE,
  generation INTEGER NOT NULL,
  banned INTEGER NOT NULL,
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
  password_updated_at INTEGER,
  totp_secret TEXT,                -- sealed
  backup_codes TEXT,               -- JSON array of digests
  locked INTEGER NOT NULL,
  lockout_expires_at INTEGER,
  failed_attempts INTEGER NOT NULL,
  delete_self_enabled INTEGER NOT NULL,
  create_organization_enabled INTEGER NOT NULL,
  create_organizations_limit INTEGER,
  bypass_client_trust INTEGER NOT NULL,
  mfa_enabled_at INTEGER,
  mfa_disabled_at INTEGER,
  legal_accepted_at INTEGER,
  last_sign_in_at INTEGER,
  last_active_at INTEGER,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX users_created_at ON users (created_at, id);
CREATE INDEX users_updated_at ON users (updated_at, id);
CREATE INDEX users_first_name ON users (first_name, id);
CREATE INDEX users_last_name ON users (last_name, id);
CREATE INDEX users_email_address ON users (primary_email_address, id);
CREATE INDEX users_phone_number ON users (primary_phone_number, id);
CREATE INDEX users_web3_wallet ON users (primary_web3_wallet, id);
CREATE INDEX users_username ON users (username, id);
CREATE INDEX users_last_active_at ON users (last_active_at, id);
CREATE INDEX users_last_sign_in_at ON users (last_sign_in_at, id);
CREATE INDEX users_banned ON users (created_at, id) WHERE banned;

CREATE TABLE identifications (
  id TEXT NOT NULL PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  kind TEXT NOT NULL,              -- email_address, phone_number, web3_wallet
  value TEXT NOT NULL,
  canonical TEXT NOT NULL,
  position INTEGER NOT NULL,
  status TEXT NOT NULL,            -- verified, reserved
  strategy TEXT,                   -- how it was verified
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  UNIQUE (canonical, kind)
) STRICT;
CREATE INDEX identifications_user ON identifications (user_id, position);

-- Substring search: one row per user, same row id. Trigrams serve any query of three characters and more.
CREATE VIRTUAL TABLE user_search USING fts5 (
  user_id, emails, phones, wallets, username, name, tokenize = 'trigram', detail = full
);

CREATE TABLE clients (
  id TEXT NOT NULL PRIMARY KEY,
  token_hash TEXT NOT NULL UNIQUE,
  last_active_session_id TEXT,
  sign_in_id TEXT,
  sign_up_id TEXT,
  last_authentication_strategy TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX clients_updated_at ON clients (updated_at);

CREATE TABLE sessions (
  id TEXT NOT NULL PRIMARY KEY,
  user_id TEXT NOT NULL,
  client_id TEXT NOT NULL,
  generation INTEGER NOT NULL,
  status TEXT NOT NULL,            -- as last written; what is reported is derived
  actor TEXT,
  refresh_token_hash TEXT,
  latest_activity TEXT,
  last_active_at INTEGER NOT NULL,
  verified_at INTEGER NOT NULL,    -- first factor
  expire_at INTEGER NOT NULL,
  abandon_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
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
  generation INTEGER,              -- of the user when the attempt was identified
  strategy TEXT,
  identification_id TEXT,
  code_hash TEXT,
  code_attempts INTEGER NOT NULL,
  code_expire_at INTEGER,
  verification_status TEXT,
  created_session_id TEXT,
  abandon_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
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
  legal_accepted_at INTEGER,
  strategy TEXT,
  code_hash TEXT,
  code_attempts INTEGER NOT NULL,
  code_expire_at INTEGER,
  verification_status TEXT,
  created_user_id TEXT,
  created_session_id TEXT,
  abandon_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX sign_ups_abandon_at ON sign_ups (abandon_at);

-- The outbox: written in the transaction of the change it tells of.
CREATE TABLE events (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL,
  type TEXT NOT NULL,
  subject TEXT NOT NULL,           -- events of one subject are delivered in order
  data TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX events_created_at ON events (created_at);

-- What verifiers must learn: (user, generation) or (session).
CREATE TABLE revocations (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  user_id TEXT,
  generation INTEGER,
  session_id TEXT,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX revocations_created_at ON revocations (created_at);

-- Users whose sessions below a generation wait to be settled as revoked.
CREATE TABLE sweeps (
  user_id TEXT NOT NULL PRIMARY KEY,
  below INTEGER NOT NULL,
  requested_at INTEGER NOT NULL
) STRICT;

CREATE TABLE mails (
  id TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  recipient TEXT NOT NULL,
  subject TEXT NOT NULL,
  body TEXT NOT NULL,              -- emptied once handed to a mail server
  status TEXT NOT NULL,            -- queued, sent, stored (development), failed
  attempts INTEGER NOT NULL,
  next_attempt_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX mails_due ON mails (status, next_attempt_at);
CREATE INDEX mails_recipient ON mails (recipient, created_at);
