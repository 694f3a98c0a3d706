/** The laws of everything that the objects keep, and how they are run over a backend. */
import { it } from "@effect/vitest"
import { Effect, type Layer } from "effect"
import { SecureRandom } from "effect/crypto"
import { accessTokenLaws } from "../../src/services/storage/AccessTokens.laws.ts"
import { atOnceLaws } from "../../src/services/storage/AtOnce.laws.ts"
import { authorizationCodeLaws, codeRaceLaws } from "../../src/services/storage/AuthorizationCodes.laws.ts"
import { batchEndLaws } from "../../src/services/storage/BatchEnds.laws.ts"
import { clientTokenLaws } from "../../src/services/storage/ClientTokens.laws.ts"
import { consentAnswerLaws, consentLaws } from "../../src/services/storage/Consents.laws.ts"
import { Around } from "../../src/services/storage/Consistency.ts"
import { deviceLaws } from "../../src/services/storage/Devices.laws.ts"
import { codeKeyLaws, familyKeyLaws, keptRaceLaws } from "../../src/services/storage/KeyBinding.laws.ts"
import { objectHealthLaws } from "../../src/services/storage/Health.laws.ts"
import { guessLaws } from "../../src/services/storage/Guesses.laws.ts"
import type { Law } from "../../src/services/storage/Law.ts"
import { keyRotationLaws } from "../../src/services/storage/KeyRotation.laws.ts"
import { leaseLaws } from "../../src/services/storage/Leases.laws.ts"
import { limitLaws } from "../../src/services/storage/Limits.laws.ts"
import { passkeyLaws } from "../../src/services/storage/Passkeys.laws.ts"
import { ownSessionLaws } from "../../src/services/storage/OwnSessions.laws.ts"
import { passwordCountLaws, passwordLaws } from "../../src/services/storage/Passwords.laws.ts"
import { pushedRequestLaws } from "../../src/services/storage/PushedRequests.laws.ts"
import { refreshTokenLaws, rotationRaceLaws } from "../../src/services/storage/RefreshTokens.laws.ts"
import { sessionLaws } from "../../src/services/storage/Sessions.laws.ts"
import { keyCopyLaws, signingKeyLaws } from "../../src/services/storage/SigningKeys.laws.ts"
import { shardLaws } from "../../src/services/storage/Shards.laws.ts"
import { ticketLaws } from "../../src/services/storage/Tickets.laws.ts"
import { tokenSessionLaws } from "../../src/services/storage/TokenSessions.laws.ts"
import { wakingLaws } from "../../src/services/storage/Waking.laws.ts"
import { userLaws } from "../../src/services/storage/Users.laws.ts"

const groups = {
  AuthorizationCode: [...authorizationCodeLaws, ...codeKeyLaws],
  RefreshToken: [...refreshTokenLaws, ...familyKeyLaws, ...keptRaceLaws],
  AccessToken: [...accessTokenLaws, ...atOnceLaws],
  Session: [...sessionLaws, ...ownSessionLaws, ...tokenSessionLaws, ...batchEndLaws],
  Consent: consentLaws,
  Passkey: passkeyLaws,
  User: [...userLaws, ...passwordLaws],
  Ticket: [...ticketLaws, ...guessLaws],
  Limit: [...limitLaws, ...leaseLaws],
  PushedRequest: pushedRequestLaws,
  Device: deviceLaws,
  ClientToken: clientTokenLaws,
  Health: objectHealthLaws,
  SigningKey: [...signingKeyLaws, ...keyRotationLaws, ...keyCopyLaws],
  Shard: shardLaws,
  Waking: wakingLaws
}

type Needs<L> = L extends Law<infer R> ? R : never
export type ObjectNeeds = Needs<(typeof groups)[keyof typeof groups][number]>

/** Storage for the laws, without randomness, which is the same everywhere. */
export type ObjectLayer = Layer.Layer<Exclude<ObjectNeeds, SecureRandom.SecureRandom>>

export const laws = Object.values(groups).flat() as ReadonlyArray<Law<ObjectNeeds>>

/**
 * Laws about the first answer: who has it is told otherwise the second time (a count, a race that another took part in
 * meanwhile), which is as it should be.
 */
export const ofTheFirstAnswer = new Set(
  [codeRaceLaws, rotationRaceLaws, consentAnswerLaws, passwordCountLaws].flat().map(({ title }) => title)
)

/** Executes every write twice, as a client does whose first answer was lost; the second answer counts. */
const twice = Effect.provideService(Around, (call, run) =>
  call.kind === "read" ? run : Effect.andThen(Effect.exit(run), run)
)

/** A test for each law. */
export const holdOver = (layer: ObjectLayer): void => {
  for (const { check, title } of laws) {
    it.effect(title, () => check.pipe(Effect.provide(layer), Effect.provide(SecureRandom.layerWebCrypto)))
  }
}

/** A test for each law that is not about first answers, with every write executed twice. */
export const holdTwiceOver = (layer: ObjectLayer): void => {
  for (const { check, title } of laws.filter((one) => !ofTheFirstAnswer.has(one.title))) {
    it.effect(title, () => check.pipe(twice, Effect.provide(layer), Effect.provide(SecureRandom.layerWebCrypto)))
  }
}
