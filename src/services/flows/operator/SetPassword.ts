/** Setting a user's password, which ends all of the user's sessions. OWASP ASVS 5.0 §7.4.3. */
import { Effect, type Redacted } from "effect"
import { retried } from "../../storage/Retry.ts"
import { Sessions } from "../../storage/Sessions.ts"
import { changeUser } from "./ChangeUser.ts"
import { hashNewPassword } from "./NewPassword.ts"
import { orHalfDone } from "./Refusals.ts"

/** Says how many sessions ended. */
export const setPassword = Effect.fn("SetPassword")(function* (who: string, password: Redacted.Redacted) {
  const passwordHash = yield* hashNewPassword(password)
  // First the password, then the sessions: the other way round the old password could open a new one in between.
  const user = yield* changeUser(who, { passwordHash })
  const sessionsEnded = yield* retried(Sessions.endMany)({ userId: user.id, which: "all" }).pipe(
    orHalfDone("The password is set, but sessions may go on: sign the user out.")
  )
  return { sessionsEnded }
})
