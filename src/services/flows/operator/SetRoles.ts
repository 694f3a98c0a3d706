/**
 * Giving a user roles, and taking them away. Whoever does may do all that these roles permit.
 *
 * The truth about one user is in their home, and that somebody is left who may do everything is decided in D1, by one
 * statement for all: who is given the role counts after the home has it, and who loses it is let go before. Cut off
 * anywhere, fewer count than there are, so that a refusal may be one too many and never one too few
 * (docs/decisions/0030-people.md).
 */
import { Effect, Schema } from "effect"
import { adminRole } from "../../../domain/AdminScope.ts"
import { type Expected, isExpected } from "../../../domain/EntityTag.ts"
import { administrators, permissionsOf, type RoleName, UserRoles } from "../../../domain/Role.ts"
import type { User } from "../../../domain/User.ts"
import { retried } from "../../storage/Retry.ts"
import { Administrators, Roles } from "../../storage/Roles.ts"
import { Users } from "../../storage/Users.ts"
import { mayGive } from "../admin/MayGive.ts"
import { judgedAnew } from "./ChangeUser.ts"
import { InvalidField, LastAdministratorTaken, orHalfDone, userConflict } from "./Refusals.ts"
import { shownUser } from "./ShowUser.ts"

const readRoles = Schema.decodeUnknownEffect(UserRoles)

/** All of the user's roles from now on. */
export const setRoles = Effect.fn("SetRoles")(function* (
  who: string,
  asked: ReadonlyArray<string>,
  expected: Expected = "any"
) {
  const roles = yield* readRoles([...new Set(asked)].toSorted()).pipe(
    Effect.mapError(() => new InvalidField({ field: "roles", message: "roles: at most 50 names of roles." }))
  )
  const user = yield* judgedAnew(
    who,
    Effect.fnUntraced(function* (now: User) {
      if (!isExpected(expected, now)) return yield* userConflict(who)
      yield* mayChange(now.roles ?? [], roles)
      if (isAdministrator(now) && !roles.some(isAdmin)) yield* letGo(now)
      return yield* retried(Users.change)({ userId: now.id, version: now.version, roles })
    })
  )
  yield* counted(user)
  return shownUser(user)
})

/** What comes is there, and what comes or goes permits nothing that the one who acts may not do. */
const mayChange = Effect.fnUntraced(function* (before: ReadonlyArray<RoleName>, after: ReadonlyArray<RoleName>) {
  const given = after.filter((role) => !before.includes(role))
  const touched = [...given, ...before.filter((role) => !after.includes(role))]
  const found = touched.length === 0 ? [] : yield* retried(Roles.find)(touched)
  const known = [...found, ...(touched.some(isAdmin) ? [administrators] : [])]
  const missing = given.find((role) => !known.some(({ name }) => name === role))
  if (missing !== undefined) {
    return yield* new InvalidField({ field: "roles", message: `roles: there is no role ${missing}: make it first.` })
  }
  yield* mayGive(permissionsOf(known))
})

const isAdmin = (role: RoleName): boolean => role === adminRole

/** Whether somebody may do everything, and sign in to do it. */
export const isAdministrator = ({ roles = [], status }: User): boolean => status === "active" && roles.some(isAdmin)

/** Before an administrator stops being one: refused for the last. */
export const letGo = ({ id: userId, version }: User) =>
  retried(Administrators.release)({ userId, version: version + 1 }).pipe(
    Effect.catchTag(
      "LastAdministrator",
      () =>
        new LastAdministratorTaken({
          message: `Nobody else is known to have the role ${adminRole}: give it to somebody first.`
        })
    )
  )

/** After somebody became an administrator. */
export const counted = (user: User) =>
  isAdministrator(user)
    ? retried(Administrators.count)({ userId: user.id, version: user.version }).pipe(
        orHalfDone("It is done, but the user does not count as an administrator yet: ask for it again.")
      )
    : Effect.void
