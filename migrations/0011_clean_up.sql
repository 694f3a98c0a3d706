-- How far the clean-up of each table has come: a run looks at the keys from `begins`, which it leaves out, to `ends`,
-- and the next goes on from there; empty for the beginning and the end. A run is cut off at any time, and its isolate
-- forgets.
CREATE TABLE clean_up (
  what TEXT NOT NULL PRIMARY KEY,
  begins TEXT NOT NULL,
  ends TEXT NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO clean_up (what, begins, ends) VALUES
  ('initial_access_tokens', '', ''), ('directory', '', ''), ('identifiers', '', '');
