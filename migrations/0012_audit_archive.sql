-- Which batches of audit events the archive in R2 has. They never overlap, so their order by the first id is their order
-- by any. An event is deleted from audit_log in the transaction that names its batch here. Without rowid, so that a
-- batch is one row written.
CREATE TABLE audit_archive (
  first_id TEXT NOT NULL PRIMARY KEY,
  last_id TEXT NOT NULL,
  -- The name of the object in the bucket.
  object_key TEXT NOT NULL,
  lines INTEGER NOT NULL,
  -- Of the lines before they are compressed, as base64url.
  sha256 TEXT NOT NULL
) STRICT, WITHOUT ROWID;
