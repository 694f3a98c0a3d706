-- Resource servers: what access tokens may be for, by the identifier that is their audience. One is read and written
-- whole, so what describes it is one JSON text, as of a client.
CREATE TABLE resource_servers (
  resource_id TEXT NOT NULL PRIMARY KEY,
  metadata TEXT NOT NULL CHECK (json_valid(metadata)),
  -- Counts the changes: an update names the version it replaces.
  version INTEGER NOT NULL,
  -- Milliseconds.
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  -- The audit event of the change that wrote this row: by it a batch that is repeated knows its own work again.
  event_id TEXT NOT NULL
) STRICT, WITHOUT ROWID;
