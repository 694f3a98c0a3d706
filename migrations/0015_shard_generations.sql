-- How many shards each generation has, oldest first, as the provider was last deployed: `16,64`. Ids say in which shard
-- a thing lives, so that a later deployment may add a generation and must not change one.
CREATE TABLE shard_generations (
  kind TEXT NOT NULL PRIMARY KEY,
  shards TEXT NOT NULL
) STRICT, WITHOUT ROWID;
