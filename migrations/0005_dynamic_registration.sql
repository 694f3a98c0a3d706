-- Clients that look after themselves: the hash of the token by which a client's developer reads, changes and deletes
-- it (RFC 7592). Null for a client that only the operator looks after.
ALTER TABLE oauth_clients ADD COLUMN registration_token TEXT;

-- What allows whoever holds it to register clients (RFC 7591). The token itself is nowhere, only the hash of its secret.
--
-- A use is counted in the batch that makes the client, so that no use is lost and no client is one too many. Without an
-- index on the end of a token's life: an operator has few, and whoever shows one names it by its id.
CREATE TABLE initial_access_tokens (
  token_id TEXT NOT NULL PRIMARY KEY,
  hash TEXT NOT NULL,
  -- How many clients may be registered by it, and how many were.
  uses INTEGER NOT NULL,
  used INTEGER NOT NULL CHECK (used <= uses),
  -- Milliseconds.
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  -- The audit event of the change that wrote this row: by it a batch that is repeated knows its own work again.
  event_id TEXT NOT NULL
) STRICT, WITHOUT ROWID;
