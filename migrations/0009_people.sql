-- What the operator's list of users says of roles and of fields of the operator's own, and how users are found by them.
--
-- The three texts are of the mirror's newest entry. `fields` has the search forms of those fields that are searchable:
-- by it the rows that an older entry left are known and taken away, so that no index by user is needed.
ALTER TABLE directory ADD COLUMN roles TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(roles));
ALTER TABLE directory ADD COLUMN custom TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(custom));
ALTER TABLE directory ADD COLUMN fields TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(fields));

-- Who has this in a searchable field? The primary key is the only index, and a row is one row written.
CREATE TABLE directory_fields (
  field TEXT NOT NULL,
  value TEXT NOT NULL,
  user_id TEXT NOT NULL,
  PRIMARY KEY (field, value, user_id)
) STRICT, WITHOUT ROWID;

-- Who has this role? The truth about one user is in their home; this answers for all.
CREATE TABLE user_roles (
  role TEXT NOT NULL,
  user_id TEXT NOT NULL,
  PRIMARY KEY (role, user_id)
) STRICT, WITHOUT ROWID;
