-- Who acts through a session, where that is a user too, and their generation when it began: whoever is banned acts as
-- nobody else either. Nothing here breaks a process that still runs on the schema before.
ALTER TABLE sessions ADD COLUMN acting_user_id TEXT;
ALTER TABLE sessions ADD COLUMN acting_generation INTEGER;
CREATE INDEX sessions_acting ON sessions (acting_user_id, acting_generation)
  WHERE acting_user_id IS NOT NULL AND status IN ('active', 'pending');
