-- The revocation feed. Nothing here breaks a process that still runs on the schema before.

ALTER TABLE instance ADD COLUMN tokens_expire_at BIGINT;  -- tokens made under an earlier, longer lifetime
ALTER TABLE users ADD COLUMN banned_at BIGINT;
UPDATE users SET banned_at = updated_at WHERE banned;
ALTER TABLE users ADD COLUMN tokens_expire_at BIGINT;     -- of the longest-lived token beyond the usual lifetime
ALTER TABLE sessions ADD COLUMN tokens_expire_at BIGINT;

-- When the last token that the entry concerns has ended.
ALTER TABLE revocations ADD COLUMN expire_at BIGINT;
UPDATE revocations SET expire_at = created_at + 3600000;
CREATE INDEX revocations_expire_at ON revocations (expire_at);
CREATE INDEX revocations_user ON revocations (user_id, generation);
DROP INDEX revocations_created_at;

-- The place in the feed, given in the order of commits once the entry is committed. `seq` cannot serve: it is given
-- before, so a reader could pass over an entry that commits late.
ALTER TABLE revocations ADD COLUMN position BIGINT;
UPDATE revocations SET position = seq;
CREATE UNIQUE INDEX revocations_position ON revocations (position);
CREATE INDEX revocations_unplaced ON revocations (seq) WHERE position IS NULL;

-- One row: the last place given. Whoever gives places locks it.
CREATE TABLE feed (
  head BIGINT NOT NULL
);
INSERT INTO feed (head) SELECT COALESCE(MAX(seq), 0) FROM revocations;

-- Who follows the feed.
CREATE TABLE verifiers (
  name TEXT NOT NULL PRIMARY KEY,
  seq BIGINT NOT NULL,            -- refuses everything up to here
  connected BOOLEAN NOT NULL,
  node TEXT NOT NULL,              -- where it connected last
  seen_at BIGINT NOT NULL
);
CREATE INDEX verifiers_seen_at ON verifiers (seen_at);

-- When a verifier reached a position.
CREATE TABLE receipts (
  verifier TEXT NOT NULL,
  seq BIGINT NOT NULL,
  received_at BIGINT NOT NULL,
  PRIMARY KEY (verifier, seq)
);
CREATE INDEX receipts_received_at ON receipts (received_at);

-- Work that one node does for all: whose turn it is, and the fencing token that its writes must show.
CREATE TABLE leases (
  name TEXT NOT NULL PRIMARY KEY,
  holder TEXT NOT NULL,
  token BIGINT NOT NULL,
  expire_at BIGINT NOT NULL
);
