/** What there is before the clients of a scenario begin: a relying party, a user, a session, a code, a family. */
import { Effect, type Layer, Option, Redacted } from "effect"
import { formatCode } from "../../src/domain/AuthorizationCode.ts"
import { ClientId } from "../../src/domain/Ids.ts"
import { fromSearchParams } from "../../src/domain/Parameters.ts"
import { parse } from "../../src/domain/RefreshToken.ts"
import type { MemoryProvider } from "../../src/layers/test/MemoryProvider.ts"
import type { Credentials } from "../../src/services/flows/AuthenticateClient.ts"
import { currentRing } from "../../src/services/flows/Keys.ts"
import { challengeOf, hashSecret } from "../../src/services/flows/Secrets.ts"
import { token } from "../../src/services/flows/Token.ts"
import { AuthorizationCodes } from "../../src/services/storage/AuthorizationCodes.ts"
import { consentTo, freshIssuance, offline, signedIn } from "../../src/services/storage/World.laws.ts"
import { makeClient } from "../workerd/Fixtures.ts"

/** All that a flow may need. */
export type Provider = Layer.Success<typeof MemoryProvider>

const redirectUri = "https://rp.example/cb"
const verifier = "v".repeat(43)
const codeSecret = "A".repeat(43)

/** The relying party's credentials at the token, revocation and introspection endpoints. */
export const relyingParty: Credentials = {
  method: "client_secret_basic",
  clientId: "rp",
  secret: Redacted.make("s3cret")
}

/** The form of a token request. */
export const form = (parameters: Readonly<Record<string, string>>) => fromSearchParams(new URLSearchParams(parameters))

/** A relying party, a user who is signed in, and a code that nobody has redeemed yet. */
export const withCode = Effect.gen(function* () {
  yield* makeClient("rp", "s3cret", { redirect_uris: [redirectUri] })
  yield* currentRing()
  const { session, user } = yield* signedIn
  const issuance = yield* freshIssuance(session, {
    clientId: ClientId.make("rp"),
    scopes: offline,
    codeHash: yield* hashSecret(codeSecret),
    codeChallenge: yield* challengeOf(verifier),
    redirectUri
  })
  yield* AuthorizationCodes.approve({ issuance, consent: yield* consentTo(issuance) })
  const code = formatCode(issuance.grantId, codeSecret)
  return { user, session, issuance, code }
})

export type WithCode = Effect.Success<typeof withCode>

/** Presents the code, as its client should. */
export const redeem = ({ code }: Pick<WithCode, "code">) =>
  token(
    relyingParty,
    form({ grant_type: "authorization_code", code, redirect_uri: redirectUri, code_verifier: verifier })
  )

/** Presents a refresh token, as its client should. */
export const refresh = (refresh_token: string) =>
  token(relyingParty, form({ grant_type: "refresh_token", refresh_token }))

/** The same, and the code has been redeemed: there is a family of refresh tokens with its first head. */
export const withFamily = Effect.gen(function* () {
  const scene = yield* withCode
  const tokens = yield* redeem(scene)
  return { ...scene, accessToken: tokens.access_token, refreshToken: tokens.refresh_token ?? "" }
})

/** The place of a refresh token in its family: 0 for the first. Undefined for anything else. */
export const generationOf = (text: string): number | undefined =>
  Option.getOrUndefined(Option.map(parse(text), ({ generation }) => generation))
