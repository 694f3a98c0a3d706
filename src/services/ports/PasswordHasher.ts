/** Hashing passwords slowly. Argon2id: RFC 9106, OWASP Password Storage. */
import { Context, type Effect, type Redacted } from "effect"

/** `outdated`: right, and hashed in a way that is weaker than what is hashed with now. */
export type Verdict = "right" | "outdated" | "wrong"

export class PasswordHasher extends Context.Service<
  PasswordHasher,
  {
    /** A PHC string with a new salt. */
    readonly hash: (password: Redacted.Redacted) => Effect.Effect<string>
    /**
     * Whether the password belongs to the PHC string. Null, for an account that is not there, costs the same and is
     * wrong: the time must not say who has an account.
     */
    readonly verify: (password: Redacted.Redacted, phc: string | null) => Effect.Effect<Verdict>
  }
>()("hapax/ports/PasswordHasher") {}
