/** What the operations on roles, administrators and scopes of the operator's own do, as steps. */
import { Result } from "effect"
import type { AuditEvent } from "../../../../domain/AuditEvent.ts"
import { type Role } from "../../../../domain/Role.ts"
import { type ScopeMapping } from "../../../../domain/ScopeMapping.ts"
import { type AdministratorAt, LastAdministrator, RoleChanged } from "../../../../services/storage/Roles.ts"
import { MappingChanged } from "../../../../services/storage/ScopeMappings.ts"
import type { Rows } from "../../../objects/Table.ts"
import { once, madeOr, ran } from "./DatabaseTables.ts"

/** Replaces version `row.version - 1`; version 1 is a row that is not there yet. */
const saved = <Row extends { readonly version: number }>(table: Rows<Row>, id: string, row: Row) => {
  if ((table.get("all", id)?.version ?? 0) !== row.version - 1) return false
  table.put(row)
  return true
}

export const roleSteps = {
  "Role.find": ran<readonly [ReadonlyArray<string>]>((db, [names]) =>
    Result.succeed(db.roles.under("all").filter(({ name }) => names.includes(name)))
  ),
  "Role.list": ran<readonly [{ readonly after: string; readonly limit: number }]>((db, [{ after, limit }]) =>
    Result.succeed(
      db.roles
        .under("all")
        .filter(({ name }) => name > after)
        .slice(0, limit)
    )
  ),
  "Role.save": ran<readonly [Role, AuditEvent]>((db, [role, event]) =>
    madeOr(
      once(db, event, () => saved(db.roles, role.name, role)),
      () => new RoleChanged()
    )
  ),
  "Role.remove": ran<readonly [{ readonly name: string; readonly version: number }, AuditEvent]>(
    (db, [{ name, version }, event]) =>
      madeOr(
        once(db, event, () => db.roles.get("all", name)?.version === version && db.roles.delete("all", name)),
        () => new RoleChanged()
      )
  ),
  "ScopeMapping.all": ran((db) => Result.succeed(db.scopeMappings.under("all"))),
  "ScopeMapping.save": ran<readonly [ScopeMapping, AuditEvent]>((db, [mapping, event]) =>
    madeOr(
      once(db, event, () => saved(db.scopeMappings, mapping.scope, mapping)),
      () => new MappingChanged()
    )
  ),
  "ScopeMapping.remove": ran<readonly [{ readonly scope: string; readonly version: number }, AuditEvent]>(
    (db, [{ scope, version }, event]) =>
      madeOr(
        once(db, event, () => {
          if (db.scopeMappings.get("all", scope)?.version !== version) return false
          return db.scopeMappings.delete("all", scope)
        }),
        () => new MappingChanged()
      )
  ),
  "Administrator.count": ran<readonly [AdministratorAt]>((db, [{ userId, version }]) => {
    const before = db.administrators.get("all", userId)
    if (before === undefined || version > before.version) db.administrators.put({ userId, version, counts: true })
    return Result.void
  }),
  "Administrator.release": ran<readonly [AdministratorAt]>((db, [{ userId, version }]) => {
    const before = db.administrators.get("all", userId)
    const hasOther = db.administrators.under("all").some((one) => one.counts && one.userId !== userId)
    if (hasOther && (before === undefined || version > before.version)) {
      db.administrators.put({ userId, version, counts: false })
    }
    const after = db.administrators.get("all", userId)
    const isReleased = after !== undefined && (!after.counts || after.version > version)
    return madeOr(isReleased, () => new LastAdministrator())
  })
}
