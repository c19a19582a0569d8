-- Proofs under way, as JSON (beadle_domain::verification), wherever they belong to; and identifications that are
-- not proven yet, passkeys and accounts at providers.

ALTER TABLE sign_ins DROP COLUMN strategy;
ALTER TABLE sign_ins DROP COLUMN identification_id;
ALTER TABLE sign_ins DROP COLUMN code_hash;
ALTER TABLE sign_ins DROP COLUMN code_attempts;
ALTER TABLE sign_ins DROP COLUMN code_expire_at;
ALTER TABLE sign_ins DROP COLUMN verification_status;
ALTER TABLE sign_ins ADD COLUMN first_factor TEXT;
ALTER TABLE sign_ins ADD COLUMN second_factor TEXT;

ALTER TABLE sign_ups DROP COLUMN strategy;
ALTER TABLE sign_ups DROP COLUMN code_hash;
ALTER TABLE sign_ups DROP COLUMN code_attempts;
ALTER TABLE sign_ups DROP COLUMN code_expire_at;
ALTER TABLE sign_ups DROP COLUMN verification_status;
ALTER TABLE sign_ups ADD COLUMN email_verification TEXT;
ALTER TABLE sign_ups ADD COLUMN phone_verification TEXT;
ALTER TABLE sign_ups ADD COLUMN external_verification TEXT;
ALTER TABLE sign_ups ADD COLUMN external TEXT;
ALTER TABLE sign_ups ADD COLUMN invitation_id TEXT;
ALTER TABLE sign_ups ADD COLUMN public_metadata TEXT NOT NULL DEFAULT '{}';

ALTER TABLE sessions ADD COLUMN second_verified_at INTEGER;
ALTER TABLE sessions ADD COLUMN reverification TEXT;

-- Anybody may begin to claim an address; only one user can have it.
CREATE TABLE identifications_new (
  id TEXT NOT NULL PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  kind TEXT NOT NULL,              -- email_address, phone_number, web3_wallet, external_account, passkey
  value TEXT NOT NULL,
  canonical TEXT NOT NULL,
  position INTEGER NOT NULL,
  status TEXT NOT NULL,            -- verified, reserved, unverified
  strategy TEXT,                   -- how it was verified
  verification TEXT,               -- the proof under way
  details TEXT,                    -- what else the kind has
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
INSERT INTO identifications_new (id, user_id, kind, value, canonical, position, status, strategy, created_at, updated_at)
  SELECT id, user_id, kind, value, canonical, position, status, strategy, created_at, updated_at FROM identifications;
DROP TABLE identifications;
ALTER TABLE identifications_new RENAME TO identifications;
CREATE UNIQUE INDEX identifications_canonical ON identifications
  (canonical, kind, (CASE WHEN status = 'unverified' THEN id ELSE '' END));
CREATE INDEX identifications_user ON identifications (user_id, position);

-- Tokens by which the Backend API lets somebody in.
CREATE TABLE sign_in_tokens (
  id TEXT NOT NULL PRIMARY KEY,
  user_id TEXT NOT NULL,
  generation INTEGER NOT NULL,     -- of the user when it was made
  token_hash TEXT NOT NULL UNIQUE,
  status TEXT NOT NULL,            -- pending, accepted, revoked
  expire_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX sign_in_tokens_expire_at ON sign_in_tokens (expire_at);

-- Invitations to sign up.
CREATE TABLE invitations (
  id TEXT NOT NULL PRIMARY KEY,
  email_address TEXT NOT NULL,
  token_hash TEXT NOT NULL UNIQUE,
  status TEXT NOT NULL,            -- pending, accepted, revoked
  redirect_url TEXT,
  public_metadata TEXT NOT NULL,
  expire_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX invitations_email_address ON invitations (email_address, created_at);
CREATE INDEX invitations_created_at ON invitations (created_at, id);
