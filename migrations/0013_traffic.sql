-- What isolates counted of requests and calls, summed over five minutes: what alerts about errors and latency are
-- judged by. A row is taken over by the same five minutes of the next day, so that nothing is ever deleted.
CREATE TABLE traffic (
  slot INTEGER NOT NULL PRIMARY KEY,
  -- Milliseconds.
  began INTEGER NOT NULL,
  requests INTEGER NOT NULL,
  failures INTEGER NOT NULL,
  given_up INTEGER NOT NULL,
  object_calls INTEGER NOT NULL,
  slow_object_calls INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The cron looks for these every five minutes, and must not read every event to find them. A partial index costs a row
-- only where such an event is written.
CREATE INDEX audit_log_alarming ON audit_log (event_id) WHERE type IN ('code.reused', 'refresh.reused', 'limit.reached');
