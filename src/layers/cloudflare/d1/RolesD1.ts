/** Roles in D1, and who counts as an administrator. */
import { Effect, Layer, Schema } from "effect"
import { Role } from "../../../domain/Role.ts"
import { bind } from "../../../services/storage/Bind.ts"
import { Administrators, LastAdministrator, RoleChanged, Roles } from "../../../services/storage/Roles.ts"
import { D1Primary, type Statement, statement } from "./D1Client.ts"
import { rowsOf } from "./D1Rows.ts"
import { remove, save } from "./VersionedRowsD1.ts"

const Row = Schema.Struct({ body: Schema.fromJsonString(Role) })

const encode = Schema.encodeSync(Schema.fromJsonString(Role))

const found = (operation: string, query: Statement) =>
  D1Primary.use((d1) => d1.query(operation, query)).pipe(
    Effect.flatMap(rowsOf(operation, Row)),
    Effect.map((rows) => rows.map(({ body }) => body))
  )

const RolesOnly = bind(Roles, {
  find: (names) =>
    found(
      "Role.find",
      statement(
        "SELECT body FROM json_each(?) AS named CROSS JOIN roles ON roles.id = named.value ORDER BY roles.id",
        JSON.stringify([...new Set(names)])
      )
    ),
  list: ({ after, limit }) =>
    found("Role.list", statement("SELECT body FROM roles WHERE id > ? ORDER BY id LIMIT ?", after, limit)),
  save: (role, event) =>
    save(
      { operation: "Role.save", table: "roles", event, key: role.name, row: encode(role), version: role.version },
      () => new RoleChanged()
    ),
  remove: ({ name: key, version }, event) =>
    remove({ operation: "Role.remove", table: "roles", event, key, version }, () => new RoleChanged())
})

const readCounts = rowsOf("Administrator.release", Schema.Struct({ counts: Schema.Int, version: Schema.Int }))

const AdministratorsOnly = bind(Administrators, {
  count: ({ userId, version }) =>
    D1Primary.use((d1) =>
      d1.batch("Administrator.count", [
        statement(
          "INSERT INTO administrators (user_id, counts, version) VALUES (?, 1, ?) ON CONFLICT (user_id) " +
            "DO UPDATE SET counts = 1, version = excluded.version WHERE excluded.version > administrators.version",
          userId,
          version
        )
      ])
    ).pipe(Effect.asVoid),
  release: ({ userId, version }) =>
    D1Primary.use((d1) =>
      d1.batch("Administrator.release", [
        statement(
          "INSERT INTO administrators (user_id, counts, version) SELECT ?1, 0, ?2 " +
            "WHERE EXISTS (SELECT 1 FROM administrators WHERE counts = 1 AND user_id <> ?1) " +
            "ON CONFLICT (user_id) DO UPDATE SET counts = 0, version = excluded.version " +
            "WHERE excluded.version > administrators.version",
          userId,
          version
        ),
        statement("SELECT counts, version FROM administrators WHERE user_id = ?", userId)
      ])
    ).pipe(
      Effect.flatMap(([, rows]) => readCounts(rows ?? [])),
      Effect.flatMap(([row]) => {
        // Somebody who counts since a later version is no business of this release any more.
        const isReleased = row !== undefined && (row.counts === 0 || row.version > version)
        return isReleased ? Effect.void : Effect.fail(new LastAdministrator())
      })
    )
})

export const RolesD1 = Layer.mergeAll(RolesOnly, AdministratorsOnly)
