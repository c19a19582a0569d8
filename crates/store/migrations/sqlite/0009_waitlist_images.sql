-- The waitlist, and pictures of users. Nothing here breaks a process that still runs on the schema before.

CREATE TABLE waitlist_entries (
  id TEXT NOT NULL PRIMARY KEY,
  email_address TEXT NOT NULL,     -- canonical
  status TEXT NOT NULL,            -- pending, invited, completed or rejected
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX waitlist_entries_email ON waitlist_entries (email_address);
CREATE INDEX waitlist_entries_created_at ON waitlist_entries (created_at, id);

-- Pictures as they are served. The id cannot be guessed, and what is behind it never changes.
CREATE TABLE images (
  id TEXT NOT NULL PRIMARY KEY,
  user_id TEXT NOT NULL,
  content_type TEXT NOT NULL,
  hash TEXT NOT NULL,              -- SHA-256 of the bytes, hexadecimal
  bytes BLOB NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX images_user ON images (user_id);

ALTER TABLE users ADD COLUMN image_id TEXT;  -- which of them is shown
