/** Ending all sessions of a user, wherever they are signed in. */
import { Effect } from "effect"
import { retried } from "../../storage/Retry.ts"
import { Sessions } from "../../storage/Sessions.ts"
import { drawAttempt } from "../Secrets.ts"
import { findUser } from "./ShowUser.ts"

/** Says how many sessions ended. Grants with offline access stay: they fall with the consent (`WithdrawConsent`). */
export const signOutUser = Effect.fn("SignOutUser")(function* (who: string) {
  const user = yield* findUser(who)
  return {
    sessionsEnded: yield* retried(Sessions.endMany)({ attempt: yield* drawAttempt, userId: user.id, which: "all" })
  }
})
