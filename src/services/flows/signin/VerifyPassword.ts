/** Whether a password is a person's. NIST SP 800-63B §3.1.1.2, OWASP Password Storage. */
import { Effect, Redacted } from "effect"
import { normalized } from "../../../domain/Password.ts"
import { PasswordHasher } from "../../ports/PasswordHasher.ts"

export type Verified =
  | { readonly _tag: "Wrong" }
  /** `rehashed` is what to store from now on, if what is stored was made in a weaker way or of another text. */
  | { readonly _tag: "Right"; readonly rehashed: string | undefined }

/**
 * Hashes as often for nobody as for somebody. What was typed is tried in the form in which passwords are set, and, if
 * that is another text, as it was typed: hashes that are older than the form were made so.
 */
export const verifyPassword = Effect.fn("VerifyPassword")(function* (typed: Redacted.Redacted, phc: string | null) {
  const hasher = yield* PasswordHasher
  const password = Redacted.make(normalized(Redacted.value(typed)))
  const verdict = yield* hasher.verify(password, phc)
  const asTyped = Redacted.value(password) === Redacted.value(typed) ? "wrong" : yield* hasher.verify(typed, phc)
  if (verdict === "wrong" && asTyped === "wrong") return wrong
  const rehashed = verdict === "right" ? undefined : yield* hasher.hash(password)
  return { _tag: "Right", rehashed } satisfies Verified as Verified
})

const wrong: Verified = { _tag: "Wrong" }
