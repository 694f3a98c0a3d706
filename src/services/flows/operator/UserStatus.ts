/** Disabling a user and enabling one again. */
import { Effect } from "effect"
import { retried, retriedIfNotExecuted } from "../../storage/Retry.ts"
import { Sessions } from "../../storage/Sessions.ts"
import { Users } from "../../storage/Users.ts"
import { noSuchUser, orHalfDone } from "./Refusals.ts"
import { findUser, shownUser } from "./ShowUser.ts"

/**
 * From the answer on, nobody signs in as this user, and no session, code or token of theirs is good.
 *
 * The sessions end as well, or enabling would bring back the browser of whoever was the reason. They end last: once the
 * user is disabled no new one can begin. Cut off in between, it is whole when asked for again.
 */
export const disableUser = Effect.fn("DisableUser")(function* (who: string) {
  const user = yield* setStatus(who, "disabled")
  yield* retried(Sessions.endMany)({ userId: user.id, which: "all" }).pipe(
    orHalfDone("The user is disabled, but sessions may come back when the user is enabled: disable again.")
  )
  return user
})

export const enableUser = Effect.fn("EnableUser")(function* (who: string) {
  return yield* setStatus(who, "active")
})

const setStatus = Effect.fnUntraced(function* (who: string, status: "active" | "disabled") {
  const user = yield* findUser(who)
  const changed = yield* retriedIfNotExecuted(Users.change)({ userId: user.id, status }).pipe(
    Effect.catchTag("NoSuchUser", () => noSuchUser(who))
  )
  return shownUser(changed)
})
