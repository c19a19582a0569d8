-- The revocation feed. Nothing here breaks a process that still runs on the schema before.

ALTER TABLE instance ADD COLUMN tokens_expire_at INTEGER;  -- tokens made under an earlier, longer lifetime
ALTER TABLE users ADD COLUMN banned_at INTEGER;
UPDATE users SET banned_at = updated_at WHERE banned;
ALTER TABLE users ADD COLUMN tokens_expire_at INTEGER;     -- of the longest-lived token beyond the usual lifetime
ALTER TABLE sessions ADD COLUMN tokens_expire_at INTEGER;

-- When the last token that the entry concerns has ended.
ALTER TABLE revocations ADD COLUMN expire_at INTEGER;
UPDATE revocations SET expire_at = created_at + 3600000;
CREATE INDEX revocations_expire_at ON revocations (expire_at);
CREATE INDEX revocations_user ON revocations (user_id, generation);
DROP INDEX revocations_created_at;

-- Who follows the feed.
CREATE TABLE verifiers (
  name TEXT NOT NULL PRIMARY KEY,
  seq INTEGER NOT NULL,            -- refuses everything up to here
  connected INTEGER NOT NULL,
  node TEXT NOT NULL,              -- where it connected last
  seen_at INTEGER NOT NULL
) STRICT;
CREATE INDEX verifiers_seen_at ON verifiers (seen_at);

-- When a verifier reached a position.
CREATE TABLE receipts (
  verifier TEXT NOT NULL,
  seq INTEGER NOT NULL,
  received_at INTEGER NOT NULL,
  PRIMARY KEY (verifier, seq)
) STRICT;
CREATE INDEX receipts_received_at ON receipts (received_at);

-- Work that one node does for all: whose turn it is, and the fencing token that its writes must show.
CREATE TABLE leases (
  name TEXT NOT NULL PRIMARY KEY,
  holder TEXT NOT NULL,
  token INTEGER NOT NULL,
  expire_at INTEGER NOT NULL
) STRICT;
