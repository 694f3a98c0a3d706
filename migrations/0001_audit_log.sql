-- What happened, one row an event. The objects' outboxes feed it through the queue; what is decided here in D1 writes
-- its event in its own batch.
--
-- Ids are UUID version 7, so the primary key is in the order of time and no index on the time is needed. An event that
-- is delivered again meets its own id. Without rowid, so that an event is one row written.
CREATE TABLE audit_log (
  event_id TEXT NOT NULL PRIMARY KEY,
  -- Milliseconds, by the clock of whoever saw it happen.
  at INTEGER NOT NULL,
  type TEXT NOT NULL,
  user_id TEXT,
  client_id TEXT,
  grant_id TEXT,
  sid TEXT,
  -- A JSON object of ids and names, never of secrets.
  detail TEXT CHECK (detail IS NULL OR json_valid(detail))
) STRICT, WITHOUT ROWID;
