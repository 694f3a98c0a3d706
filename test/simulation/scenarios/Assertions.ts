/** Races over a client's assertion: whoever holds it, it authenticates once, and what is forged uses nothing up. */
import { Clock, Effect } from "effect"
import { InvalidClient } from "../../../src/domain/OAuthError.ts"
import { act } from "../../../src/layers/test/kernel/World.ts"
import { noBurn } from "../../../src/layers/test/oracles/NoBurn.ts"
import { once } from "../../../src/layers/test/oracles/Once.ts"
import { testProvider } from "../../../src/layers/test/MemoryProvider.ts"
import { signAs } from "../../../src/layers/test/SynchronousCrypto.ts"
import { authenticateClient } from "../../../src/services/flows/client/AuthenticateClient.ts"
import type { ShownAssertion } from "../../../src/services/flows/client/ClientAssertions.ts"
import { introspect } from "../../../src/services/flows/Introspect.ts"
import { makeClient } from "../../workerd/Fixtures.ts"
import type { Entry } from "../Entry.ts"
import { redirectUri } from "../Scene.ts"
import { doing, patient, race, type Rule } from "./Race.ts"
import { finishes } from "./Rules.ts"

/** The one key of the client. */
export const key = { kty: "EC", crv: "P-256", x: "the client's", y: "own", kid: "k" }
const strangers = { ...key, x: "somebody's" }

/** An assertion of the client's that says `jti`, signed with a key that may be its own. */
export const assertionOf = (jti: string, now: number, signer = key): ShownAssertion => ({
  method: "assertion",
  clientId: undefined,
  assertion: signAs(
    signer,
    { alg: "ES256", kid: "k" },
    { iss: "rp", sub: "rp", aud: testProvider.issuer, jti, exp: Math.floor(now / 1000) + 60 }
  ),
  endpoint: "/token"
})

export const forgeryOf = (jti: string, now: number): ShownAssertion => assertionOf(jti, now, strangers)

/** A client with a key, and the time at which the race begins. */
export const withClientKey = Effect.gen(function* () {
  yield* makeClient("rp", undefined, {
    redirect_uris: [redirectUri],
    token_endpoint_auth_method: "private_key_jwt",
    jwks: { keys: [key] }
  })
  return { now: yield* Clock.currentTimeMillis }
})

const isRefused = (error: unknown): boolean => error instanceof InvalidClient

const authenticatesOnce: Rule = once({ thing: "assertion", of: doing("authenticate", "introspect") })

/** Of whoever holds the client's own assertion, somebody is the client. */
export const isNotBurned: Rule = noBurn({
  thing: "assertion",
  of: doing("authenticate", "introspect"),
  refused: isRefused
})

const authenticate = (shown: ShownAssertion) => act("authenticate", authenticateClient(shown))

/** A client that makes an assertion for each try, as clients do. */
const authenticateAtLast = Effect.suspend(() => {
  let tries = 0
  return patient(
    Effect.flatMap(Clock.currentTimeMillis, (now) => authenticateClient(assertionOf(`try ${tries++}`, now)))
  )
})

export const assertions: ReadonlyArray<Entry> = [
  race({
    name: "authenticate/authenticate by one assertion",
    setup: withClientKey,
    clients: ({ now }) => ({ client: authenticate(assertionOf("j", now)), thief: authenticate(assertionOf("j", now)) }),
    oracles: [authenticatesOnce, isNotBurned]
  }),
  race({
    name: "authenticate/introspect by one assertion",
    setup: withClientKey,
    clients: ({ now }) => ({
      client: authenticate(assertionOf("j", now)),
      thief: act("introspect", introspect(assertionOf("j", now), "x"))
    }),
    oracles: [authenticatesOnce, isNotBurned]
  }),
  race({
    name: "authenticate/forge an assertion of the same jti",
    setup: withClientKey,
    clients: ({ now }) => ({
      client: authenticate(assertionOf("j", now)),
      forger: act("forge", authenticateClient(forgeryOf("j", now)))
    }),
    oracles: [authenticatesOnce, isNotBurned, once({ thing: "forgery", of: doing("forge") })]
  }),
  race({
    name: "authenticate by an assertion, and by another after 503",
    setup: withClientKey,
    clients: () => ({ client: act("authenticate", authenticateAtLast) }),
    oracles: [finishes]
  })
]
