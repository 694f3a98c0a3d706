-- What the operator decided while the provider runs: one row, which is there when something was set.
CREATE TABLE provider_settings (
  one INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
  -- By section and name as one JSON text: they are read and written together.
  settings TEXT NOT NULL CHECK (json_valid(settings)),
  -- Counts the changes: a change names the version it replaces.
  version INTEGER NOT NULL,
  -- The audit event of the change that wrote this row: by it a batch that is repeated knows its own work again.
  event_id TEXT NOT NULL
) STRICT, WITHOUT ROWID;
