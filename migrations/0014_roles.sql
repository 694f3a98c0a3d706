-- Roles: what an administrator with one may do. One is read and written whole, so what describes it is one JSON text.
CREATE TABLE roles (
  id TEXT NOT NULL PRIMARY KEY,
  body TEXT NOT NULL CHECK (json_valid(body)),
  -- Counts the changes: an update names the version it replaces.
  version INTEGER NOT NULL,
  -- The audit event of the change that wrote this row: by it a batch that is repeated knows its own work again.
  event_id TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Scopes of the operator's own, and the claims that each of them tells. In the same form.
CREATE TABLE scope_mappings (
  id TEXT NOT NULL PRIMARY KEY,
  body TEXT NOT NULL CHECK (json_valid(body)),
  version INTEGER NOT NULL,
  event_id TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Who may do everything, so that the last of them does not lose it: a row is there after the home has the role, and
-- given up before the home loses it. Whoever is not counted here may be an administrator; whoever is, is one.
CREATE TABLE administrators (
  user_id TEXT NOT NULL PRIMARY KEY,
  counts INTEGER NOT NULL CHECK (counts IN (0, 1)),
  -- The home's count of changes at which this was so: what comes late changes nothing.
  version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
