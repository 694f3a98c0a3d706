/**
 * The login step with a passkey: the step's own ticket is the challenge, and a step signs in once.
 * WebAuthn Level 3 §7.2; docs/decisions/0021-passkeys.md.
 */
import { Clock, Effect, Option } from "effect"
import { byPasskey } from "../../../domain/Authentication.ts"
import type { Language } from "../../../domain/Language.ts"
import { ceremony, parseAssertion, userOf } from "../../../domain/PasskeyResponse.ts"
import { PasskeyVerifier } from "../../ports/PasskeyVerifier.ts"
import { ProviderConfig } from "../../ports/ProviderConfig.ts"
import { Passkeys } from "../../storage/Passkeys.ts"
import { retried } from "../../storage/Retry.ts"
import { tellLoginFailed } from "../audit/Failures.ts"
import { openLoginStep } from "../authorize/ClientStep.ts"
import { decoyPasskey } from "../Decoy.ts"
import type { Proof } from "./OpenSession.ts"
import type { Browser } from "../authorize/Outcome.ts"
import { isPlaced } from "../Placed.ts"
import { drawUserId } from "../Secrets.ts"
import { signIn, tryAnew } from "./SignIn.ts"
import { tellPerson } from "../letters/TellPerson.ts"
import { giveBack, throttleAddress } from "../limits/Throttle.ts"

export interface PasskeyAttempt {
  readonly sealed: string
  /** What the browser's authenticator answered, as JSON. */
  readonly assertion: string
  /** Of the letter that tells of a possible clone. */
  readonly language: Language
}

/**
 * Signs in, and goes on with the request. Whatever is wrong, and whoever it would have been: one answer. Who tries too
 * often hears that (`TooMany`); nobody guesses a signature, but each costs a look and a verification.
 */
export const submitPasskey = Effect.fn("PasskeyLogin.submit")(function* (attempt: PasskeyAttempt, browser: Browser) {
  const { expired, ...login } = yield* openLoginStep(attempt.sealed, browser)
  if (expired) return yield* tryAnew(login, browser)
  const proof = yield* provenBy(attempt.assertion, login.step.ticket, browser)
  // The step is not used up: a passkey that is refused costs its person no more than another try.
  if (proof === null) return { _tag: "TryAgain" as const, problem: "passkey" as const, next: undefined }
  const result = yield* signIn(proof, login, browser)
  if ("isClone" in result && result.isClone) yield* tellPerson(proof.user, "possible_clone", attempt.language)
  return result
})

/**
 * Who made the assertion. A passkey that nobody has is looked for in a home all the same, and its signature judged by a
 * key that is nobody's: what is asked of storage and computed does not tell who has an account.
 */
const provenBy = Effect.fnUntraced(function* (assertion: string, ticket: string, browser: Browser) {
  const response = Option.getOrUndefined(parseAssertion(assertion))
  if (response === undefined) return null
  const { accountGenerations, issuer } = yield* ProviderConfig
  const taking = yield* throttleAddress("passkey", browser.address)
  const named = Option.getOrUndefined(userOf(response.response.userHandle))
  const decoy = yield* drawUserId(accountGenerations)
  const userId = named !== undefined && (yield* isPlaced(named)) ? named : decoy
  const found = yield* retried(Passkeys.find)({ userId, credentialId: response.id })
  const key = found?.passkey ?? { credentialId: response.id, publicKey: decoyPasskey }
  const use = yield* PasskeyVerifier.use((verifier) =>
    verifier.authentication(response, key, ceremony(issuer, ticket))
  ).pipe(
    Effect.catchTag("PasskeyInvalid", ({ detail }) =>
      Effect.as(Effect.logInfo("a passkey's assertion is wrong").pipe(Effect.annotateLogs({ detail })), null)
    )
  )
  if (use === null || found === null) {
    yield* tellLoginFailed("passkey", browser)
    return null
  }
  yield* giveBack(taking)
  const proof: Proof = { user: found.user, authentication: byPasskey(yield* Clock.currentTimeMillis), passkey: use }
  return proof
})
