/**
 * The operator's list of users in D1.
 *
 * D1 itself is strong; what makes the list Eventual is the way into it, from the homes through outboxes and a queue.
 */
import { Effect, Schema } from "effect"
import { UserId } from "../../domain/Ids.ts"
import { UserStatus } from "../../domain/User.ts"
import { bind } from "../../services/storage/Bind.ts"
import { Directory } from "../../services/storage/Directory.ts"
import { D1Primary, statement } from "./D1Client.ts"
import { jsonArrays, rowsOf } from "./D1Rows.ts"

const readEntries = rowsOf(
  "Directory.list",
  Schema.Struct({
    user_id: UserId,
    status: UserStatus,
    username: Schema.NullOr(Schema.String),
    email: Schema.NullOr(Schema.String),
    name: Schema.NullOr(Schema.String),
    created_at: Schema.Int,
    updated_at: Schema.Int,
    version: Schema.Int
  })
)

const columns = "user_id, status, username, email, name, created_at, updated_at, version"

/** Newer than what is there, or not there: entries come late, twice and in any order. */
const upserted =
  `INSERT INTO directory (${columns}) ` +
  "SELECT value ->> 'userId', value ->> 'status', value ->> 'username', value ->> 'email', value ->> 'name', " +
  "value ->> 'createdAt', value ->> 'updatedAt', value ->> 'version' FROM json_each(?) WHERE true " +
  "ON CONFLICT (user_id) DO UPDATE SET status = excluded.status, username = excluded.username, " +
  "email = excluded.email, name = excluded.name, created_at = excluded.created_at, " +
  "updated_at = excluded.updated_at, version = excluded.version WHERE excluded.version > directory.version"

export const DirectoryD1 = bind(Directory, {
  list: ({ after, limit }) =>
    D1Primary.use((d1) =>
      d1.query(
        "Directory.list",
        statement(`SELECT ${columns} FROM directory WHERE user_id > ? ORDER BY user_id LIMIT ?`, after, limit)
      )
    ).pipe(
      Effect.flatMap(readEntries),
      Effect.map((rows) =>
        rows.map(({ created_at, updated_at, user_id, ...row }) => ({
          ...row,
          userId: user_id,
          createdAt: created_at,
          updatedAt: updated_at
        }))
      )
    ),
  mirror: (entries) =>
    D1Primary.use((d1) =>
      entries.length === 0
        ? Effect.void
        : Effect.asVoid(
            d1.batch(
              "Directory.mirror",
              jsonArrays(entries).map((json) => statement(upserted, json))
            )
          )
    )
})
