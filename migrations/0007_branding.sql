-- How the pages look: one row, which is there when an operator has set something.
CREATE TABLE branding_settings (
  one INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
  -- Name, logo, colours and style sheet as one JSON text: they are read and written together.
  settings TEXT NOT NULL CHECK (json_valid(settings)),
  -- Counts the changes: a change names the version it replaces.
  version INTEGER NOT NULL,
  -- The audit event of the change that wrote this row: by it a batch that is repeated knows its own work again.
  event_id TEXT NOT NULL
) STRICT, WITHOUT ROWID;
