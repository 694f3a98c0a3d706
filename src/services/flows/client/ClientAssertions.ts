/** A client that shows an assertion, signed with its secret or its key. RFC 7521 §4.2, RFC 7523 §3, OIDC Core §9. */
import { Clock, Effect, Option, Redacted, Result } from "effect"
import { type Client, liveSecrets } from "../../../domain/Client.ts"
import { type AssertionDefect, claimedClient, judge } from "../../../domain/ClientAssertion.ts"
import { ClientAlg, isBySecret } from "../../../domain/ClientMetadata.ts"
import { mayAuthenticateBy, rulesOf } from "../../../domain/ClientRules.ts"
import { paths } from "../../../domain/Discovery.ts"
import type { UnverifiedJwt } from "../../../domain/Jwt.ts"
import type { KeyHint } from "../../../domain/KeySet.ts"
import { kinds } from "../../../domain/PublicKey.ts"
import { JwtVerifier } from "../../ports/JwtVerifier.ts"
import { ProviderConfig } from "../../ports/ProviderConfig.ts"
import { isSignedByClient } from "./ClientKeys.ts"
import { openSecret } from "./SealedSecret.ts"
import { decoyKeys, decoySecret } from "../Decoy.ts"
import { useOnce } from "../ReplayId.ts"

/** An assertion as it came. */
export interface ShownAssertion {
  readonly method: "assertion"
  /** The `client_id` beside it, which nobody has to send: the assertion says it. */
  readonly clientId: string | undefined
  readonly assertion: string
  /** The path of the endpoint that was asked. */
  readonly endpoint: string
  /** The network that it was sent from, as it is counted. */
  readonly address?: string | undefined
}

/** An assertion that can be read; nothing of it is believed yet. */
export interface ReadableAssertion extends ShownAssertion {
  readonly clientId: string
  readonly jwt: UnverifiedJwt
}

/** Undefined for what is no JWT, says nothing of a client, or of another one than is named beside it. */
export const readAssertion = Effect.fnUntraced(function* (shown: ShownAssertion) {
  const verifier = yield* JwtVerifier
  const jwt = Option.getOrUndefined(yield* verifier.decode(shown.assertion))
  const clientId = jwt === undefined ? undefined : claimedClient(jwt)
  if (jwt === undefined || clientId === undefined) return undefined
  return (shown.clientId ?? clientId) === clientId ? { ...shown, clientId, jwt } : undefined
})

/** Why it does not stand for the client; undefined if it does, and then it is used up. */
export const refusalOf = Effect.fnUntraced(function* (client: Client | null, shown: ReadableAssertion) {
  const judged = yield* judgeFor(client, shown)
  const assertion = Result.getOrUndefined(judged)
  // One verification whatever is wrong, so that an unknown client takes as long as a known one.
  if (client === null || assertion === undefined || !mayAuthenticateBy(client, assertion.method)) {
    yield* verifyInVain(shown)
    if (client === null) return "unknown"
    return assertion === undefined ? yield* wrong(client, judged) : "method"
  }
  const signed = assertion.method === "private_key_jwt" ? isSignedByClient : isSignedBySecret
  if (!(yield* signed(client, shown.assertion, assertion))) return yield* wrong(client, Result.fail("signature"))
  // Only now: what somebody else made up must not use up what the client is about to send.
  const { expiresAt, jti } = assertion
  return yield* useOnce({ kind: "assertion_jti", owner: client.id, jti, expiresAt }).pipe(
    Effect.as(undefined),
    Effect.catchTag("TicketRefused", () => Effect.succeed("replayed" as const))
  )
})

const ordinary = { clientAlgs: null, issuerAudienceOnly: false }

const judgeFor = Effect.fnUntraced(function* (client: Client | null, { clientId, endpoint, jwt }: ReadableAssertion) {
  const provider = yield* ProviderConfig
  return judge(jwt, {
    clientId,
    issuer: provider.issuer,
    endpoints: [...new Set([paths.token, endpoint])].map((path) => provider.issuer + path),
    rules: client === null ? ordinary : rulesOf(client, provider),
    registeredAlg: client?.metadata.token_endpoint_auth_signing_alg,
    now: yield* Clock.currentTimeMillis
  })
})

/** What is at fault is for the log: whoever sent it hears the same whatever it is. */
const wrong = (client: Client, judged: Result.Result<unknown, AssertionDefect | "signature">) =>
  Effect.as(
    Effect.logInfo("a client's assertion is wrong").pipe(
      Effect.annotateLogs({ client: client.id, defect: Result.isFailure(judged) ? judged.failure : "none" })
    ),
    "assertion" as const
  )

const isSignedBySecret = Effect.fnUntraced(function* (client: Client, token: string, { alg }: KeyHint) {
  const verifier = yield* JwtVerifier
  for (const stored of liveSecrets(client, yield* Clock.currentTimeMillis)) {
    const secret = yield* openSecret(stored)
    // A key shorter than the hash can be found from one assertion by trying. RFC 7518 §3.2.
    if (secret === undefined || Redacted.value(secret).length < Number(alg.slice(2)) / 8) continue
    if (yield* verifier.verifyWithSecret(token, secret, alg)) return true
  }
  return false
})

const verifyInVain = Effect.fnUntraced(function* ({ assertion, jwt }: ReadableAssertion) {
  const verifier = yield* JwtVerifier
  const alg = ClientAlg.literals.find((known) => known === jwt.header["alg"]) ?? "ES256"
  return yield* isBySecret(alg)
    ? verifier.verifyWithSecret(assertion, decoySecret, alg)
    : verifier.verify(assertion, decoyKeys[kinds[alg].kty], alg)
})
