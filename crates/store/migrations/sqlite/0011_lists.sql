-- What lists of invitations and of the waitlist are filtered and sorted by.
CREATE INDEX invitations_status ON invitations (status, created_at, id);
CREATE INDEX invitations_address ON invitations (email_address, id);
CREATE INDEX invitations_expire_at ON invitations (expire_at, id);

ALTER TABLE waitlist_entries ADD COLUMN invitation_id TEXT;  -- the last one that was sent
ALTER TABLE waitlist_entries ADD COLUMN invited_at INTEGER;
CREATE INDEX waitlist_entries_status ON waitlist_entries (status, created_at, id);
CREATE INDEX waitlist_entries_address ON waitlist_entries (email_address, id);
CREATE INDEX waitlist_entries_invited_at ON waitlist_entries (invited_at, id);

-- Substring search, as for users.
CREATE VIRTUAL TABLE invitations_search USING fts5 (id, email_address, tokenize = 'trigram', detail = full);
INSERT INTO invitations_search (id, email_address) SELECT id, email_address FROM invitations;
CREATE TRIGGER invitations_added AFTER INSERT ON invitations BEGIN
  INSERT INTO invitations_search (id, email_address) VALUES (new.id, new.email_address);
END;
CREATE VIRTUAL TABLE waitlist_entries_search USING fts5 (id, email_address, tokenize = 'trigram', detail = full);
INSERT INTO waitlist_entries_search (id, email_address) SELECT id, email_address FROM waitlist_entries;
CREATE TRIGGER waitlist_entries_added AFTER INSERT ON waitlist_entries BEGIN
  INSERT INTO waitlist_entries_search (id, email_address) VALUES (new.id, new.email_address);
END;
-- An id has no character that a phrase would have to escape.
CREATE TRIGGER waitlist_entries_removed AFTER DELETE ON waitlist_entries BEGIN
  DELETE FROM waitlist_entries_search WHERE rowid IN (
    SELECT rowid FROM waitlist_entries_search
    WHERE waitlist_entries_search MATCH '{id} : "' || old.id || '"' AND id = old.id
  );
END;
