/** Setting a user's password, which ends all of the user's sessions. OWASP ASVS 5.0 §7.4.3. */
import { Effect, type Redacted } from "effect"
import { retried } from "../../storage/Retry.ts"
import { Users } from "../../storage/Users.ts"
import { oversees } from "../admin/Oversees.ts"
import { judgedAnew } from "./ChangeUser.ts"
import { hashOperatorsPassword } from "./OperatorsPassword.ts"
import { findUser } from "./ShowUser.ts"

/** Says how many sessions ended. Password and sessions are one transaction. */
export const setPassword = Effect.fn("SetPassword")(function* (who: string, password: Redacted.Redacted) {
  const { profile } = yield* findUser(who)
  // Once, because it is slow; and the same hash, so that a setting that is asked for again is recognised.
  const passwordHash = yield* hashOperatorsPassword(password, profile)
  const sessionsEnded = yield* judgedAnew(who, ({ id, roles, version }) =>
    Effect.andThen(
      oversees(roles === undefined ? {} : { roles }),
      retried(Users.setPassword)({ userId: id, version, passwordHash, by: "operator", renews: null }).pipe(
        // It is asked of no session.
        Effect.catchTag("SessionOver", Effect.die)
      )
    )
  )
  return { sessionsEnded }
})
