-- The operator's list of users: a mirror that the homes feed through their outboxes. Nothing decides by it.
--
-- A deleted user stays as a row of status 'void', so that a message that comes late does not bring the user back.
-- Without an index on name or e-mail: each would be one more row written at every change of a user, and whoever looks
-- for a name finds it in `identifiers`.
CREATE TABLE directory (
  user_id TEXT NOT NULL PRIMARY KEY,
  status TEXT NOT NULL,
  username TEXT,
  email TEXT,
  name TEXT,
  -- Milliseconds.
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  -- The home's own count of changes: the mirror only goes up.
  version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
