/**
 * Races over one proof of possession. RFC 9449 §11.1: it proves its key once, wherever it is shown; whoever is refused
 * for that has lost nothing but the proof, and a client that proves its key anew is served.
 */
import { createHash } from "node:crypto"
import { Clock, Effect } from "effect"
import type { ShownProof } from "../../../src/domain/Dpop.ts"
import { InvalidDpopProof } from "../../../src/domain/OAuthError.ts"
import { act } from "../../../src/layers/test/kernel/World.ts"
import { testProvider } from "../../../src/layers/test/MemoryProvider.ts"
import { durability } from "../../../src/layers/test/oracles/Durability.ts"
import { noBurn } from "../../../src/layers/test/oracles/NoBurn.ts"
import { once } from "../../../src/layers/test/oracles/Once.ts"
import { ofNamed } from "../../../src/layers/test/oracles/Of.ts"
import { signAs } from "../../../src/layers/test/SynchronousCrypto.ts"
import type { Credentials } from "../../../src/services/flows/client/AuthenticateClient.ts"
import { authorize } from "../../../src/services/flows/Authorize.ts"
import type { ShownAssertion } from "../../../src/services/flows/client/ClientAssertions.ts"
import { currentRing } from "../../../src/services/flows/keys/Keys.ts"
import { drawSecret } from "../../../src/services/flows/Secrets.ts"
import { revoke } from "../../../src/services/flows/Revoke.ts"
import { token } from "../../../src/services/flows/Token.ts"
import { userInfo } from "../../../src/services/flows/UserInfo.ts"
import { offline } from "../../../src/services/storage/World.laws.ts"
import type { Entry } from "../Entry.ts"
import {
  asks,
  codeFor,
  codeOf,
  form,
  type Provider,
  redirectUri,
  relyingParty,
  verifier,
  withOnlineCode,
  withOnlineTokens
} from "../Scene.ts"
import { assertionOf, key } from "./Assertions.ts"
import { codesAreGood } from "./Codes.ts"
import { actionsOf, doing, isAcknowledged, patient, race, refusalOf, type Rule } from "./Race.ts"
import { finishes, isInvalidGrant, nothingAfter, responsesOf } from "./Rules.ts"

const jwk = { kty: "EC", crv: "P-256", x: "the client's", y: "own" }

/** A proof for a request; each has the number of its place in what is done, and so a `jti` of its own. */
const proofFor = Effect.fnUntraced(function* (method: string, path: string, jti: string, accessToken?: string) {
  const iat = (yield* Clock.currentTimeMillis) / 1000
  const uri = `${testProvider.issuer}${path}`
  const ath = accessToken === undefined ? {} : { ath: createHash("sha256").update(accessToken).digest("base64url") }
  const proof = signAs(jwk, { typ: "dpop+jwt", alg: "ES256", jwk }, { jti, htm: method, htu: uri, iat, ...ath })
  return { proofs: [proof], method, uri } satisfies ShownProof
})

const forToken = (jti: string) => proofFor("POST", "/token", jti)

const redeemWith = (code: string, proof: ShownProof, as: Credentials = relyingParty) =>
  token(as, form({ grant_type: "authorization_code", code, redirect_uri: redirectUri, code_verifier: verifier }), proof)

/** A refresh by a client that shows, of each, one that it made for this. */
const refreshWith = (refresh_token: string, { assertion, proof }: Proven) =>
  token(assertion, form({ grant_type: "refresh_token", refresh_token }), proof)

interface Proven {
  readonly assertion: ShownAssertion
  readonly proof: ShownProof
}

/** Who the client is, and which key it has. */
const proven = Effect.fnUntraced(function* (jti: string) {
  const now = yield* Clock.currentTimeMillis
  return { assertion: assertionOf(jti, now), proof: yield* forToken(jti) } satisfies Proven
})

const isReplayed = (error: unknown): boolean => error instanceof InvalidDpopProof

/** One proof, shown with two codes of one client. */
const withTwoCodes = Effect.gen(function* () {
  const { browser } = yield* withOnlineTokens
  const silently = Effect.map(authorize(asks({ scope: "openid profile" }), browser), (done) => codeOf(done) ?? "")
  return { first: yield* silently, second: yield* silently, proof: yield* forToken("one") }
})

/** One access token that is bound to a key, and one proof for userinfo. */
const withBoundToken = Effect.gen(function* () {
  const { code } = yield* withOnlineCode
  const { access_token } = yield* redeemWith(code, yield* forToken("at first"))
  return { access_token, proof: yield* proofFor("GET", "/userinfo", "one", access_token) }
})

type BoundToken = Effect.Success<typeof withBoundToken>

/** A client that proves itself and a key at each use, and has a refresh token. */
const withKeptToken = Effect.gen(function* () {
  yield* currentRing()
  const fapi = { profile: "fapi2", token_endpoint_auth_method: "private_key_jwt", jwks: { keys: [key] } }
  const { code } = yield* codeFor(offline, fapi)
  const { assertion, proof } = yield* proven("at first")
  const tokens = yield* redeemWith(code, proof, assertion)
  return { refreshToken: tokens.refresh_token ?? "", one: yield* proven("one"), another: yield* proven("another") }
})

const proofOnce = (name: string): ReadonlyArray<Rule> => [
  once({ thing: "proof", of: ofNamed(name, () => "of the key") }),
  noBurn({ thing: "proof", of: doing(name), refused: isReplayed })
]

/** A code that came with a proof that was used up is as good as before. */
const codeIsLeft: Rule = {
  name: "Durability",
  judge: (run) => {
    const codes = run.scene as Readonly<Record<string, string>>
    const refused = actionsOf(run, "redeem").filter((action) => isReplayed(refusalOf(action)))
    return codesAreGood(() => refused.map(({ client }) => codes[client] ?? "")).judge(run)
  }
}

/** Whatever was answered, it is the token that was presented, and that goes on being good. */
const tokenStays: Rule = {
  name: "Family",
  judge: (run) => {
    const { refreshToken } = run.scene as { readonly refreshToken: string }
    const given = responsesOf(run, "refresh").find(({ refresh_token }) => refresh_token !== refreshToken)
    return given === undefined ? undefined : "a token that is kept was replaced"
  }
}

/** The client comes once more, with an assertion and a proof that nobody saw. */
const comesAgain = ({ scene }: { readonly scene: unknown }) => {
  const { refreshToken } = scene as { readonly refreshToken: string }
  return Effect.flatMap(Effect.flatMap(drawSecret, proven), (anew) => refreshWith(refreshToken, anew))
}

const keptIsGood: Rule = durability<unknown, Provider>({
  kept: (run) => [{ what: "a refresh token that is kept", question: Effect.as(comesAgain(run), true) }]
})

const keptIsGone: Rule = durability<unknown, Provider>({
  kept: (run) =>
    isAcknowledged(run, "revoke")
      ? [{ what: "the end of a refresh token", question: Effect.map(Effect.flip(comesAgain(run)), isInvalidGrant) }]
      : []
})

const atTheTokenEndpoint = [
  race({
    name: "redeem/redeem with one proof",
    setup: withTwoCodes,
    clients: ({ first, proof, second }) => ({
      first: act("redeem", redeemWith(first, proof)),
      second: act("redeem", redeemWith(second, proof))
    }),
    oracles: [...proofOnce("redeem"), codeIsLeft]
  }),
  race({
    // A client that hears nothing proves its key anew: that its last proof was used up harms nobody.
    name: "redeem with a proof, and again with another after 503",
    setup: withTwoCodes,
    clients: ({ first }) => {
      // The clock moves between one try and the next, and makes each proof another.
      const anew = Effect.flatMap(Clock.currentTimeMillis, (now) => forToken(`at ${now}`))
      return { client: act("redeem", patient(Effect.flatMap(anew, (proof) => redeemWith(first, proof)))) }
    },
    oracles: [
      once({ thing: "code", of: doing("redeem") }),
      noBurn({ thing: "code", of: doing("redeem"), refused: isInvalidGrant }),
      finishes
    ]
  })
]

/** What a proof that is remembered wrongly is found by. */
export const shownTwice = {
  setup: withBoundToken,
  clients: ({ access_token, proof }: BoundToken) => {
    const shown = userInfo(access_token, { scheme: "DPoP", proof })
    return { first: act("userinfo", shown), second: act("userinfo", shown) }
  },
  oracles: proofOnce("userinfo")
}

const atUserInfo = [race({ name: "userinfo/userinfo with one proof", ...shownTwice })]

const kept = [
  race({
    name: "refresh/refresh of a token that is kept",
    setup: withKeptToken,
    clients: ({ another, one, refreshToken }) => ({
      first: act("refresh", refreshWith(refreshToken, one)),
      second: act("refresh", refreshWith(refreshToken, another))
    }),
    oracles: [tokenStays, keptIsGood, noBurn({ thing: "refresh token", of: doing("refresh"), refused: () => true })]
  }),
  race({
    name: "refresh/revoke of a token that is kept",
    setup: withKeptToken,
    clients: ({ another, one, refreshToken }) => ({
      first: act("refresh", refreshWith(refreshToken, one)),
      second: act("revoke", revoke(another.assertion, refreshToken))
    }),
    oracles: [tokenStays, nothingAfter("revoke", "RefreshToken.rotate"), keptIsGone]
  })
]

export const proofs: ReadonlyArray<Entry> = [...atTheTokenEndpoint, ...atUserInfo, ...kept]
