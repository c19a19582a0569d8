-- Messages are forgotten by age, and the development outbox shows the newest first.
CREATE INDEX mails_created_at ON mails (created_at, id);

-- Counting those who are not banned reads no whole rows.
CREATE INDEX users_not_banned ON users (created_at, id) WHERE NOT banned;
