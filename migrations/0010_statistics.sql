-- How large each shard is: one row a shard, written anew when it was measured.
CREATE TABLE shard_statistics (
  kind TEXT NOT NULL,
  shard TEXT NOT NULL,
  -- Milliseconds. The newest measure stays.
  at INTEGER NOT NULL,
  -- Bytes and rows as one JSON text: they are read and written together.
  size TEXT NOT NULL CHECK (json_valid(size)),
  PRIMARY KEY (kind, shard)
) STRICT, WITHOUT ROWID;

-- How often what happened on which day (UTC), counted from the audit log.
CREATE TABLE daily_statistics (
  day TEXT NOT NULL,
  type TEXT NOT NULL,
  events INTEGER NOT NULL,
  PRIMARY KEY (day, type)
) STRICT, WITHOUT ROWID;

-- One row: up to which event the log was counted, and how many clients there were when they were last counted.
CREATE TABLE statistics_state (
  one INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
  counted_through TEXT NOT NULL,
  clients INTEGER NOT NULL,
  -- Milliseconds.
  clients_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
