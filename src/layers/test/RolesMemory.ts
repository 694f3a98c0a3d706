/** Roles, administrators and scopes of the operator's own, over the database in memory. */
import { Effect, Layer } from "effect"
import type { AuditEvent } from "../../domain/AuditEvent.ts"
import { bind } from "../../services/storage/Bind.ts"
import { Administrators, LastAdministrator, RoleChanged, Roles } from "../../services/storage/Roles.ts"
import { MappingChanged, ScopeMappings } from "../../services/storage/ScopeMappings.ts"
import type { Cells } from "./kernel/Cells.ts"
import { batch, madeOr, type MemoryDatabase, once, page, query } from "./MemoryDatabase.ts"

interface Versioned {
  readonly version: number
}

/** Replaces version `row.version - 1`; version 1 is a row that is not there yet. */
const saved = <Row extends Versioned>(db: MemoryDatabase, table: Cells<Row>, id: string, row: Row, event: AuditEvent) =>
  once(db, event, () => {
    if ((table.get(id)?.version ?? 0) !== row.version - 1) return false
    table.set(id, row)
    return true
  })

const removed = <Row extends Versioned>(
  db: MemoryDatabase,
  table: Cells<Row>,
  id: string,
  version: number,
  event: AuditEvent
) => once(db, event, () => table.get(id)?.version === version && table.delete(id))

const roles = bind(Roles, {
  find: (names) =>
    query("Role.find", (db) => [...new Set(names)].toSorted().flatMap((name) => db.roles.get(name) ?? [])),
  list: (asked) => query("Role.list", (db) => page(db.roles, asked)),
  save: (role, event) =>
    batch("Role.save", (db) => saved(db, db.roles, role.name, role, event)).pipe(
      Effect.flatMap((made) => madeOr(made, () => new RoleChanged()))
    ),
  remove: ({ name, version }, event) =>
    batch("Role.remove", (db) => removed(db, db.roles, name, version, event)).pipe(
      Effect.flatMap((made) => madeOr(made, () => new RoleChanged()))
    )
})

const administrators = bind(Administrators, {
  count: ({ userId, version }) =>
    batch("Administrator.count", (db) => {
      const before = db.administrators.get(userId)
      if (before === undefined || version > before.version) db.administrators.set(userId, { counts: true, version })
    }),
  release: ({ userId, version }) =>
    batch("Administrator.release", (db) => {
      const before = db.administrators.get(userId)
      const hasOther = db.administrators.entries().some(([id, { counts }]) => counts && id !== userId)
      if (hasOther && (before === undefined || version > before.version)) {
        db.administrators.set(userId, { counts: false, version })
      }
      const after = db.administrators.get(userId)
      return after !== undefined && (!after.counts || after.version > version)
    }).pipe(Effect.flatMap((released) => madeOr(released, () => new LastAdministrator())))
})

const mappings = bind(ScopeMappings, {
  all: () => query("ScopeMapping.all", (db) => db.scopeMappings.values()),
  save: (mapping, event) =>
    batch("ScopeMapping.save", (db) => saved(db, db.scopeMappings, mapping.scope, mapping, event)).pipe(
      Effect.flatMap((made) => madeOr(made, () => new MappingChanged()))
    ),
  remove: ({ scope, version }, event) =>
    batch("ScopeMapping.remove", (db) => removed(db, db.scopeMappings, scope, version, event)).pipe(
      Effect.flatMap((made) => madeOr(made, () => new MappingChanged()))
    )
})

export const RolesMemory = Layer.mergeAll(roles, administrators)

export const ScopeMappingsMemory = mappings
