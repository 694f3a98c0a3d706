/** Roles: listing, making, changing and removing them. Nobody gives a role what they may not do themselves. */
import { Clock, Effect, Schema } from "effect"
import { adminRole } from "../../../domain/AdminScope.ts"
import { type Expected, isExpected, maySave } from "../../../domain/EntityTag.ts"
import { administrators, Role, RoleMetadata, RoleName } from "../../../domain/Role.ts"
import { Directory } from "../../storage/Directory.ts"
import { retried } from "../../storage/Retry.ts"
import { Roles } from "../../storage/Roles.ts"
import { mayGive } from "../admin/MayGive.ts"
import { readFields } from "./Field.ts"
import { newEvent } from "./NewEvent.ts"
import { type Page, pageOf } from "./Page.ts"
import { InvalidField, RoleConflict, RoleNotFound, RoleTaken } from "./Refusals.ts"

/** A role as an operator describes it; it is made if it is not there. */
export const RoleSetting = Schema.Struct({
  name: Schema.String,
  metadata: Schema.Record(Schema.String, Schema.Unknown)
})
export type RoleSetting = typeof RoleSetting.Type

const readMetadata = readFields(RoleMetadata, "is not a member of a role")
const readName = Schema.decodeUnknownEffect(RoleName)

const noSuchRole = (name: string) => new RoleNotFound({ message: `There is no role ${name}.` })

const conflict = (name: string) =>
  new RoleConflict({ message: `Somebody else changed the role ${name} at the same time: look at it, and try again.` })

const builtIn = () =>
  new InvalidField({ field: "name", message: `The role ${adminRole} is always there, and permits everything.` })

/** In the order of their names, the one that is always there first. */
export const listRoles = Effect.fn("ListRoles")(function* (asked: Page) {
  const page = yield* pageOf(asked)
  const roles = yield* retried(Roles.list)(page)
  return {
    roles: page.after === "" ? [administrators, ...roles] : roles,
    next: roles.length < page.limit ? null : (roles.at(-1)?.name ?? null)
  }
})

export const showRole = Effect.fn("ShowRole")(function* (name: string) {
  if (name === adminRole) return administrators
  const [role] = yield* retried(Roles.find)([name])
  return role ?? (yield* noSuchRole(name))
})

/** The role as it then is. `expected` null: it must not be there yet. */
export const saveRole = Effect.fn("SaveRole")(function* (asked: RoleSetting, expected: Expected | null = "any") {
  if (asked.name === adminRole) return yield* builtIn()
  const name = yield* readName(asked.name).pipe(
    Effect.mapError(
      () =>
        new InvalidField({ field: "name", message: "name: small letters and digits, `.`, `_` and `-`, at most 64." })
    )
  )
  const [before] = yield* retried(Roles.find)([name])
  if (expected === null && before !== undefined) {
    return yield* new RoleTaken({ message: `There is a role ${name} already.` })
  }
  if (!maySave(expected, before)) return yield* conflict(name)
  if (before === undefined) yield* heldByNobody(name)
  const metadata = yield* Effect.fromResult(readMetadata({ permissions: [], ...before?.metadata, ...asked.metadata }))
  // What it permitted is taken from whoever has it, and what it is to permit is given to them.
  yield* mayGive([...(before?.metadata.permissions ?? []), ...metadata.permissions])
  const now = yield* Clock.currentTimeMillis
  const made = { name, metadata, version: (before?.version ?? 0) + 1, createdAt: before?.createdAt ?? now }
  const role = new Role({ ...made, updatedAt: now })
  const type = before === undefined ? "role.created" : "role.updated"
  const event = yield* newEvent({ type, detail: { role: name, permissions: metadata.permissions.join(" ") } })
  yield* retried(Roles.save)(role, event).pipe(Effect.catchTag("RoleChanged", () => conflict(name)))
  return role
})

/**
 * Removes a role that nobody has, as far as the directory knows. Whoever is given it at the same moment has a name that
 * permits nothing, and for as long as they have it no role of that name is made.
 */
export const removeRole = Effect.fn("RemoveRole")(function* (name: string, expected: Expected = "any") {
  if (name === adminRole) return yield* builtIn()
  const role = yield* showRole(name)
  if (!isExpected(expected, role)) return yield* conflict(name)
  yield* mayGive(role.metadata.permissions)
  yield* heldByNobody(role.name)
  const event = yield* newEvent({ type: "role.deleted", detail: { role: name } })
  yield* retried(Roles.remove)({ name: role.name, version: role.version }, event).pipe(
    Effect.catchTag("RoleChanged", () => conflict(name))
  )
  return { id: name }
})

const heldByNobody = Effect.fnUntraced(function* (role: RoleName) {
  const [holder] = yield* retried(Directory.withRole)({ role, after: "", limit: 1 })
  if (holder === undefined) return
  return yield* new RoleTaken({ message: `Somebody has the role ${role}: take it away from them first.` })
})
