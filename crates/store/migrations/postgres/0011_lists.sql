-- What lists of invitations and of the waitlist are filtered and sorted by.
CREATE INDEX invitations_status ON invitations (status, created_at, id);
CREATE INDEX invitations_address ON invitations (email_address, id);
CREATE INDEX invitations_expire_at ON invitations (expire_at, id);

ALTER TABLE waitlist_entries ADD COLUMN invitation_id TEXT;  -- the last one that was sent
ALTER TABLE waitlist_entries ADD COLUMN invited_at BIGINT;
CREATE INDEX waitlist_entries_status ON waitlist_entries (status, created_at, id);
CREATE INDEX waitlist_entries_address ON waitlist_entries (email_address, id);
CREATE INDEX waitlist_entries_invited_at ON waitlist_entries (invited_at NULLS FIRST, id);

-- Substring search, as for users.
CREATE INDEX invitations_search ON invitations USING gin (id gin_trgm_ops, email_address gin_trgm_ops);
CREATE INDEX waitlist_entries_search ON waitlist_entries USING gin (id gin_trgm_ops, email_address gin_trgm_ops);
