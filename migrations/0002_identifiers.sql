-- The names people sign in with, unique across all users: the primary key is the whole constraint, and the only index.
-- A name is reserved here before the home of its user is made.
CREATE TABLE identifiers (
  identifier TEXT NOT NULL PRIMARY KEY,
  user_id TEXT NOT NULL,
  -- Milliseconds. A reservation whose home is never made may be taken over after a while.
  reserved_at INTEGER NOT NULL,
  -- The audit event of the change that wrote this row: by it a batch that is repeated knows its own work again.
  event_id TEXT NOT NULL
) STRICT, WITHOUT ROWID;
