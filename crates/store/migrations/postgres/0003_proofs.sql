-- Proofs under way, as JSON (beadle_domain::verification), wherever they belong to; and identifications that are
-- not proven yet, passkeys and accounts at providers. Nodes of the version before still write the columns that are
-- no longer read here.

ALTER TABLE sign_ins ALTER COLUMN code_attempts SET DEFAULT 0;
ALTER TABLE sign_ins ADD COLUMN first_factor TEXT;
ALTER TABLE sign_ins ADD COLUMN second_factor TEXT;

ALTER TABLE sign_ups ALTER COLUMN code_attempts SET DEFAULT 0;
ALTER TABLE sign_ups ADD COLUMN email_verification TEXT;
ALTER TABLE sign_ups ADD COLUMN phone_verification TEXT;
ALTER TABLE sign_ups ADD COLUMN external_verification TEXT;
ALTER TABLE sign_ups ADD COLUMN external TEXT;
ALTER TABLE sign_ups ADD COLUMN invitation_id TEXT;
ALTER TABLE sign_ups ADD COLUMN public_metadata TEXT NOT NULL DEFAULT '{}';

ALTER TABLE sessions ADD COLUMN second_verified_at BIGINT;
ALTER TABLE sessions ADD COLUMN reverification TEXT;

-- Anybody may begin to claim an address; only one user can have it.
ALTER TABLE identifications ADD COLUMN verification TEXT;
ALTER TABLE identifications ADD COLUMN details TEXT;
CREATE UNIQUE INDEX identifications_canonical ON identifications
  (canonical, kind, (CASE WHEN status = 'unverified' THEN id ELSE '' END));
ALTER TABLE identifications DROP CONSTRAINT identifications_canonical_kind_key;

-- Tokens by which the Backend API lets somebody in.
CREATE TABLE sign_in_tokens (
  id TEXT NOT NULL PRIMARY KEY,
  user_id TEXT NOT NULL,
  generation BIGINT NOT NULL,      -- of the user when it was made
  token_hash TEXT NOT NULL UNIQUE,
  status TEXT NOT NULL,            -- pending, accepted, revoked
  expire_at BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE INDEX sign_in_tokens_expire_at ON sign_in_tokens (expire_at);

-- Invitations to sign up.
CREATE TABLE invitations (
  id TEXT NOT NULL PRIMARY KEY,
  email_address TEXT NOT NULL,
  token_hash TEXT NOT NULL UNIQUE,
  status TEXT NOT NULL,            -- pending, accepted, revoked
  redirect_url TEXT,
  public_metadata TEXT NOT NULL,
  expire_at BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE INDEX invitations_email_address ON invitations (email_address, created_at);
CREATE INDEX invitations_created_at ON invitations (created_at, id);
