-- Registered clients. A client is read and written whole, by its id, so what describes it is one JSON text: a new
-- member of the metadata needs no migration, and a row stays one row written.
CREATE TABLE oauth_clients (
  client_id TEXT NOT NULL PRIMARY KEY,
  metadata TEXT NOT NULL CHECK (json_valid(metadata)),
  -- A JSON array of salted digests; the secrets themselves are nowhere.
  secrets TEXT NOT NULL CHECK (json_valid(secrets)),
  -- Counts the changes: an update names the version it replaces.
  version INTEGER NOT NULL,
  -- Milliseconds.
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  -- The audit event of the change that wrote this row: by it a batch that is repeated knows its own work again.
  event_id TEXT NOT NULL
) STRICT, WITHOUT ROWID;
