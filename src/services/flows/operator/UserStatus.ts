/** Disabling a user and enabling one again. */
import { Effect } from "effect"
import { drawAttempt } from "../Secrets.ts"
import { retried } from "../../storage/Retry.ts"
import { Sessions } from "../../storage/Sessions.ts"
import { changeUser } from "./ChangeUser.ts"
import { orHalfDone } from "./Refusals.ts"
import { shownUser } from "./ShowUser.ts"

/**
 * From the answer on, nobody signs in as this user, and no session, code or token of theirs is good.
 *
 * The sessions end as well, or enabling would bring back the browser of whoever was the reason. They end last: once the
 * user is disabled no new one can begin. Cut off in between, it is whole when asked for again.
 */
export const disableUser = Effect.fn("DisableUser")(function* (who: string) {
  const user = shownUser(yield* changeUser(who, { status: "disabled" }))
  yield* retried(Sessions.endMany)({ attempt: yield* drawAttempt, userId: user.id, which: "all" }).pipe(
    orHalfDone("The user is disabled, but sessions may come back when the user is enabled: disable again.")
  )
  return user
})

export const enableUser = Effect.fn("EnableUser")(function* (who: string) {
  return shownUser(yield* changeUser(who, { status: "active" }))
})
