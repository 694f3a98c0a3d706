/** A password that is set, by whomever: judged, then hashed. NIST SP 800-63B §3.1.1.2. */
import { Effect, Redacted, Schema } from "effect"
import { judge, namesOf, PasswordFault } from "../../domain/Password.ts"
import type { User } from "../../domain/User.ts"
import { PasswordHasher } from "../ports/PasswordHasher.ts"
import { ProviderConfig } from "../ports/ProviderConfig.ts"

/** It may not be set; nothing was done. */
export class WeakPassword extends Schema.TaggedError<WeakPassword>()("WeakPassword", { fault: PasswordFault }) {}

/** The PHC string of a password that may be set for this person. */
export const hashNewPassword = Effect.fn("NewPassword.hash")(function* (
  password: Redacted.Redacted,
  person: Pick<User, "profile">
) {
  const { name } = yield* ProviderConfig
  const judged = yield* Effect.fromResult(judge(Redacted.value(password), namesOf(person, name))).pipe(
    Effect.mapError((fault) => new WeakPassword({ fault }))
  )
  return yield* PasswordHasher.use((hasher) => hasher.hash(Redacted.make(judged)))
})
