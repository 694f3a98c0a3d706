/**
 * The operator's list of users in D1.
 *
 * D1 itself is strong; what makes the list Eventual is the way into it, from the homes through outboxes and a queue.
 */
import { Effect, Schema } from "effect"
import { CustomFields } from "../../../domain/CustomField.ts"
import { UserId } from "../../../domain/Ids.ts"
import { UserRoles } from "../../../domain/Role.ts"
import { UserStatus } from "../../../domain/User.ts"
import { bind } from "../../../services/storage/Bind.ts"
import { Directory, type DirectoryEntry, type Mirrored } from "../../../services/storage/Directory.ts"
import { D1Primary, type Statement, statement } from "./D1Client.ts"
import { jsonArrays, rowsOf } from "./D1Rows.ts"

const Entry = Schema.Struct({
  user_id: UserId,
  status: UserStatus,
  username: Schema.NullOr(Schema.String),
  email: Schema.NullOr(Schema.String),
  name: Schema.NullOr(Schema.String),
  created_at: Schema.Int,
  updated_at: Schema.Int,
  roles: Schema.fromJsonString(UserRoles),
  custom: Schema.fromJsonString(CustomFields),
  version: Schema.Int
})

const columns = "d.user_id, status, username, email, name, created_at, updated_at, roles, custom, version"

/** The entries that a query of `columns` finds. */
const entries = (operation: string, found: Statement) =>
  D1Primary.use((d1) => d1.query(operation, found)).pipe(
    Effect.flatMap(rowsOf(operation, Entry)),
    Effect.map((rows) => rows.map(entryOf))
  )

const entryOf = ({ created_at, custom, roles, updated_at, user_id, version, ...row }: typeof Entry.Type) =>
  ({
    ...row,
    userId: user_id,
    createdAt: created_at,
    updatedAt: updated_at,
    ...(roles.length === 0 ? {} : { roles }),
    ...(Object.keys(custom).length === 0 ? {} : { custom }),
    version
  }) satisfies DirectoryEntry

/** The entries of a message that are newer than the mirror's; a cross join, so that SQLite begins with the few. */
const newer =
  "json_each(?) AS e CROSS JOIN directory AS d ON d.user_id = e.value ->> 'userId' " +
  "AND d.version < e.value ->> 'version'"

/** What the entry before said and the newer one does not. Those that stay are not written again. */
const unfound =
  "DELETE FROM directory_fields WHERE (field, value, user_id) IN (SELECT f.key, f.value, d.user_id " +
  `FROM ${newer} CROSS JOIN json_each(d.fields) AS f WHERE (e.value -> 'fields' ->> f.key) IS NOT f.value)`

const taken =
  "DELETE FROM user_roles WHERE (role, user_id) IN (SELECT r.value, d.user_id " +
  `FROM ${newer} CROSS JOIN json_each(d.roles) AS r ` +
  "WHERE r.value NOT IN (SELECT value FROM json_each(e.value -> 'roles')))"

/** Newer than what is there, or not there: entries come late, twice and in any order. */
const upserted =
  "INSERT INTO directory " +
  "(user_id, status, username, email, name, created_at, updated_at, roles, custom, fields, version) " +
  "SELECT value ->> 'userId', value ->> 'status', value ->> 'username', value ->> 'email', value ->> 'name', " +
  "value ->> 'createdAt', value ->> 'updatedAt', value -> 'roles', value -> 'custom', value -> 'fields', " +
  "value ->> 'version' FROM json_each(?) WHERE true " +
  "ON CONFLICT (user_id) DO UPDATE SET status = excluded.status, username = excluded.username, " +
  "email = excluded.email, name = excluded.name, created_at = excluded.created_at, " +
  "updated_at = excluded.updated_at, roles = excluded.roles, custom = excluded.custom, fields = excluded.fields, " +
  "version = excluded.version WHERE excluded.version > directory.version"

/** Of the entries those that the mirror now holds. */
const held =
  "json_each(?) AS e CROSS JOIN directory AS d ON d.user_id = e.value ->> 'userId' " +
  "AND d.version = e.value ->> 'version'"

const found =
  "INSERT INTO directory_fields (field, value, user_id) SELECT f.key, f.value, d.user_id " +
  `FROM ${held} CROSS JOIN json_each(d.fields) AS f WHERE true ON CONFLICT DO NOTHING`

const given =
  "INSERT INTO user_roles (role, user_id) SELECT r.value, d.user_id " +
  `FROM ${held} CROSS JOIN json_each(d.roles) AS r WHERE true ON CONFLICT DO NOTHING`

/** The newest entry of each user: what came before it in the same batch is past. */
const newestOf = (mirrored: ReadonlyArray<Mirrored>): ReadonlyArray<unknown> => {
  const newest = new Map<string, Mirrored>()
  for (const one of mirrored) {
    if ((newest.get(one.userId)?.version ?? -1) < one.version) newest.set(one.userId, one)
  }
  return [...newest.values()].map((one) => ({ roles: [], custom: {}, fields: {}, ...one }))
}

export const DirectoryD1 = bind(Directory, {
  list: ({ after, limit }) =>
    entries(
      "Directory.list",
      statement(`SELECT ${columns} FROM directory AS d WHERE user_id > ? ORDER BY user_id LIMIT ?`, after, limit)
    ),
  find: (ids) =>
    entries(
      "Directory.find",
      statement(
        `SELECT ${columns} FROM json_each(?) AS named CROSS JOIN directory AS d ON d.user_id = named.value ` +
          "ORDER BY d.user_id",
        JSON.stringify([...new Set(ids)])
      )
    ),
  withField: ({ after, field, limit, value }) =>
    entries(
      "Directory.withField",
      statement(
        `SELECT ${columns} FROM directory_fields AS f CROSS JOIN directory AS d ON d.user_id = f.user_id ` +
          "WHERE f.field = ? AND f.value = ? AND f.user_id > ? ORDER BY f.user_id LIMIT ?",
        field,
        value,
        after,
        limit
      )
    ),
  withRole: ({ after, limit, role }) =>
    entries(
      "Directory.withRole",
      statement(
        `SELECT ${columns} FROM user_roles AS r CROSS JOIN directory AS d ON d.user_id = r.user_id ` +
          "WHERE r.role = ? AND r.user_id > ? ORDER BY r.user_id LIMIT ?",
        role,
        after,
        limit
      )
    ),
  mirror: (mirrored) =>
    D1Primary.use((d1) =>
      mirrored.length === 0
        ? Effect.void
        : Effect.asVoid(
            d1.batch(
              "Directory.mirror",
              // What is to go is known by what the mirror holds, and what is to come by what it then holds.
              jsonArrays(newestOf(mirrored)).flatMap((json) =>
                [unfound, taken, upserted, found, given].map((sql) => statement(sql, json))
              )
            )
          )
    )
})
