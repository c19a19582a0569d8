-- Webhooks: what caused an event, who is told of events, and what has still to be told. Nothing here breaks a process
-- that still runs on the schema before.

ALTER TABLE events ADD COLUMN http_request TEXT;                    -- JSON; of the request that caused it
ALTER TABLE events ADD COLUMN dispatched INTEGER NOT NULL DEFAULT 0; -- its deliveries have been made
CREATE INDEX events_undispatched ON events (seq) WHERE NOT dispatched;

-- One row. Whoever makes deliveries of events holds it, so that they are made in order.
CREATE TABLE webhook_app (
  one INTEGER NOT NULL PRIMARY KEY,
  is_there INTEGER NOT NULL          -- what `POST /v1/webhooks/svix` makes
) STRICT;
INSERT INTO webhook_app (one, is_there) VALUES (1, 0);

CREATE TABLE webhook_endpoints (
  id TEXT NOT NULL PRIMARY KEY,
  url TEXT NOT NULL,
  description TEXT NOT NULL,
  event_types TEXT NOT NULL,         -- JSON; empty: all of Clerk's
  enabled INTEGER NOT NULL,
  disabled_reason TEXT,
  secret TEXT NOT NULL,              -- sealed
  old_secret TEXT,                   -- sealed; signs as well until its end
  old_secret_expire_at INTEGER,
  after_seq INTEGER NOT NULL,        -- only events beyond it are for this endpoint
  failures INTEGER NOT NULL,         -- attempts in a row
  failing_since INTEGER,
  replay_at INTEGER,                 -- how far a replay has come …
  replay_seq INTEGER,
  replay_until INTEGER,              -- … and where it ends
  replay_missing INTEGER NOT NULL,   -- whether it leaves out what was delivered
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX webhook_endpoints_created_at ON webhook_endpoints (created_at, id);

CREATE TABLE webhook_deliveries (
  endpoint_id TEXT NOT NULL,
  seq INTEGER NOT NULL,              -- of the event
  event_id TEXT NOT NULL,
  type TEXT NOT NULL,
  subject TEXT NOT NULL,
  status TEXT NOT NULL,              -- pending, delivered or failed
  attempts INTEGER NOT NULL,
  response_status INTEGER,
  error TEXT,
  attempted_at INTEGER,
  created_at INTEGER NOT NULL,       -- of the event
  PRIMARY KEY (endpoint_id, seq)
) STRICT;
CREATE INDEX webhook_deliveries_pending ON webhook_deliveries (endpoint_id, subject, seq) WHERE status = 'pending';
CREATE INDEX webhook_deliveries_status ON webhook_deliveries (endpoint_id, status, seq);
CREATE INDEX webhook_deliveries_event ON webhook_deliveries (endpoint_id, event_id);
CREATE INDEX webhook_deliveries_created_at ON webhook_deliveries (created_at);

-- One row per endpoint and subject for which deliveries are pending: the oldest of them is next.
CREATE TABLE webhook_queues (
  endpoint_id TEXT NOT NULL,
  subject TEXT NOT NULL,
  due_at INTEGER NOT NULL,           -- while claimed, when the claim ends
  claimed INTEGER NOT NULL,
  PRIMARY KEY (endpoint_id, subject)
) STRICT;
CREATE INDEX webhook_queues_due ON webhook_queues (endpoint_id, due_at);
