-- What the Backend API changes about the instance. Nothing here breaks a process that still runs on the schema before.

-- JSON of the settings that were changed, laid over those of the configuration; the version grows with each change.
CREATE TABLE instance_changes (
  instance_id TEXT NOT NULL PRIMARY KEY,
  version BIGINT NOT NULL,
  changes TEXT NOT NULL
);

-- The allow-list and the block-list.
CREATE TABLE listed_identifiers (
  id TEXT NOT NULL PRIMARY KEY,
  list TEXT NOT NULL,             -- allow, block
  identifier TEXT NOT NULL,       -- canonical; *@ and a domain stands for all of its addresses
  identifier_type TEXT NOT NULL,  -- email_address, phone_number, web3_wallet
  invitation_id TEXT,             -- what was sent to it
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  UNIQUE (list, identifier)
);
CREATE INDEX listed_identifiers_created_at ON listed_identifiers (list, created_at, id);

CREATE TABLE jwt_templates (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  claims TEXT NOT NULL,           -- JSON
  lifetime BIGINT NOT NULL,       -- seconds
  allowed_clock_skew BIGINT NOT NULL,
  signing_algorithm TEXT NOT NULL,
  signing_key TEXT,               -- sealed; the instance's without it
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE INDEX jwt_templates_created_at ON jwt_templates (created_at, id);

-- The primary domain is not here: it follows from the publishable key.
CREATE TABLE satellite_domains (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  proxy_url TEXT,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE INDEX satellite_domains_created_at ON satellite_domains (created_at, id);

-- Mailboxes that differ in dots alone.
CREATE INDEX identifications_dotless ON identifications (replace(canonical, '.', ''))
  WHERE kind = 'email_address' AND right(canonical, 10) = '@gmail.com';
