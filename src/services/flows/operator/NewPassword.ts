/** A password that an operator sets: how long it may be, and its hash. NIST SP 800-63B §3.1.1.2. */
import { Effect, Redacted } from "effect"
import { PasswordHasher } from "../../ports/PasswordHasher.ts"
import { InvalidField } from "./Refusals.ts"

/** Characters, as Unicode counts them. The upper bound keeps a login from hashing a novel. */
const shortest = 8
const longest = 1024

/** The PHC string of a password that may be set. */
export const hashNewPassword = Effect.fnUntraced(function* (password: Redacted.Redacted) {
  const { length } = [...Redacted.value(password)]
  if (length < shortest || length > longest) {
    const message = `The password must have at least ${shortest} and at most ${longest} characters.`
    return yield* new InvalidField({ field: "password", message })
  }
  return yield* PasswordHasher.use((hasher) => hasher.hash(password))
})
