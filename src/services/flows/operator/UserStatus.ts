/** Disabling a user and enabling one again. */
import { Effect } from "effect"
import { type Expected, isExpected } from "../../../domain/EntityTag.ts"
import type { User } from "../../../domain/User.ts"
import { retried } from "../../storage/Retry.ts"
import { Users } from "../../storage/Users.ts"
import { oversees } from "../admin/Oversees.ts"
import { judgedAnew } from "./ChangeUser.ts"
import { userConflict } from "./Refusals.ts"
import { counted, isAdministrator, letGo } from "./SetRoles.ts"
import { shownUser } from "./ShowUser.ts"

const setStatus = (who: string, status: "active" | "disabled", expected: Expected) =>
  judgedAnew(
    who,
    Effect.fnUntraced(function* (now: User) {
      if (!isExpected(expected, now)) return yield* userConflict(who)
      yield* oversees(now)
      if (status === "disabled" && isAdministrator(now)) yield* letGo(now)
      return yield* retried(Users.change)({ userId: now.id, version: now.version, status })
    })
  )

/**
 * From the answer on, nobody signs in as this user, and no session, code or token of theirs is good. Enabling brings
 * none of them back: whoever was the reason may still hold one.
 */
export const disableUser = Effect.fn("DisableUser")(function* (who: string, expected: Expected = "any") {
  return shownUser(yield* setStatus(who, "disabled", expected))
})

export const enableUser = Effect.fn("EnableUser")(function* (who: string, expected: Expected = "any") {
  const user = yield* setStatus(who, "active", expected)
  yield* counted(user)
  return shownUser(user)
})
