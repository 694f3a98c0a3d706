/** Judging what authenticators answer, all but what storage decides. WebAuthn Level 3 §7.1, §7.2. */
import { Context, type Effect, Schema } from "effect"
import type { Credential, Passkey, PasskeyUse } from "../../domain/Passkey.ts"
import type { AssertionResponse, AttestationResponse, Ceremony } from "../../domain/PasskeyResponse.ts"

/** The answer proves nothing; `detail` is for the log. */
export class PasskeyInvalid extends Schema.TaggedError<PasskeyInvalid>()("PasskeyInvalid", { detail: Schema.String }) {}

/**
 * Both ask for the ceremony's challenge, origin and relying party, for presence and verification of the person, and
 * that no page of another site stands around ours. Who vouches for an authenticator is not asked.
 */
export class PasskeyVerifier extends Context.Service<
  PasskeyVerifier,
  {
    /** What a new passkey is. */
    readonly registration: (
      response: AttestationResponse,
      ceremony: Ceremony
    ) => Effect.Effect<Credential, PasskeyInvalid>
    /** What an assertion says, if this key signed it. Its counter is judged where it is stored. */
    readonly authentication: (
      response: AssertionResponse,
      key: Pick<Passkey, "credentialId" | "publicKey">,
      ceremony: Ceremony
    ) => Effect.Effect<PasskeyUse, PasskeyInvalid>
  }
>()("hapax/ports/PasskeyVerifier") {}
