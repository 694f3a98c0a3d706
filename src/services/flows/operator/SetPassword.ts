/** Setting a user's password, which ends all of the user's sessions. OWASP ASVS 5.0 §7.4.3. */
import { Effect, type Redacted } from "effect"
import { retried, retriedIfNotExecuted } from "../../storage/Retry.ts"
import { Sessions } from "../../storage/Sessions.ts"
import { Users } from "../../storage/Users.ts"
import { hashNewPassword } from "./NewPassword.ts"
import { noSuchUser, orHalfDone } from "./Refusals.ts"
import { findUser } from "./ShowUser.ts"

/** Says how many sessions ended. */
export const setPassword = Effect.fn("SetPassword")(function* (who: string, password: Redacted.Redacted) {
  const user = yield* findUser(who)
  const passwordHash = yield* hashNewPassword(password)
  // First the password, then the sessions: the other way round the old password could open a new one in between.
  yield* retriedIfNotExecuted(Users.change)({ userId: user.id, passwordHash }).pipe(
    Effect.catchTag("NoSuchUser", () => noSuchUser(who))
  )
  const sessionsEnded = yield* retried(Sessions.endMany)({ userId: user.id, which: "all" }).pipe(
    orHalfDone("The password is set, but sessions may go on: sign the user out.")
  )
  return { sessionsEnded }
})
