/**
 * What a client's assertion has to say to stand for the client. RFC 7523 §3, RFC 7521 §5.2, OIDC Core §9.
 *
 * Whether the client signed it, and whether it was shown before, are not decided here.
 */
import { Result, Schema } from "effect"
import { algName, type AuthMethod, ClientAlg, isBySecret } from "./ClientMetadata.ts"
import type { ClientRules } from "./ClientRules.ts"
import { endOf, isAhead } from "./ClockSkew.ts"
import { isMoment, isTyped, type UnverifiedJwt } from "./Jwt.ts"
import type { KeyHint } from "./KeySet.ts"

/** The `client_assertion_type` of a JWT. RFC 7523 §2.2. */
export const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

/** What an assertion has to agree with. */
export interface AssertionDemands {
  readonly clientId: string
  /** The issuer, which every client may name. */
  readonly issuer: string
  /** The addresses that an ordinary client may name in its place. */
  readonly endpoints: ReadonlyArray<string>
  readonly rules: Pick<ClientRules, "clientAlgs" | "issuerAudienceOnly">
  /** The algorithm that the client registered, if it did: then it is the only one. OIDC Dynamic Registration §2. */
  readonly registeredAlg: ClientAlg | undefined
  readonly now: number
}

/** An assertion that says the right things, if the client signed it. */
export interface Assertion extends KeyHint {
  /** By a secret or by a key: the algorithm tells. */
  readonly method: Extract<AuthMethod, "client_secret_jwt" | "private_key_jwt">
  readonly jti: string
  /** From this moment (milliseconds) it is refused for its age. */
  readonly expiresAt: number
}

/** What is wrong with an assertion: the name of the header or claim at fault. */
export type AssertionDefect = "typ" | "crit" | "alg" | "kid" | "iss" | "sub" | "aud" | "exp" | "iat" | "nbf" | "jti"

/** An assertion that lives longer would have to be remembered longer; a client makes one for each request. */
const longest = 24 * 3600 * 1000

/** The client that an assertion speaks of, before anything of it is believed. */
export const claimedClient = ({ claims }: UnverifiedJwt): string | undefined =>
  typeof claims["sub"] === "string" ? claims["sub"] : undefined

type Check<A> = Result.Result<A, AssertionDefect>

export const judge = (shown: UnverifiedJwt, demands: AssertionDemands): Check<Assertion> =>
  Result.gen(function* () {
    const { claims, header } = shown
    yield* when(header["typ"] === undefined || isTyped(header["typ"], "jwt", "client-authentication+jwt"), "typ")
    // Nothing that a header could declare critical is known here. RFC 7515 §4.1.11.
    yield* when(header["crit"] === undefined, "crit")
    const alg = yield* algorithm(header["alg"], demands)
    const kid = yield* optional(header["kid"], Schema.is(Schema.String), "kid")
    yield* when(claims["iss"] === demands.clientId, "iss")
    yield* when(claims["sub"] === demands.clientId, "sub")
    yield* when(isAudience(claims["aud"], demands), "aud")
    yield* when(isText(claims["jti"]), "jti")
    const { expiresAt } = yield* times(claims, demands.now)
    const method = isBySecret(alg) ? "client_secret_jwt" : "private_key_jwt"
    return { alg, kid, method, jti: String(claims["jti"]), expiresAt }
  })

const when = (holds: boolean, defect: AssertionDefect): Check<void> => (holds ? Result.void : Result.fail(defect))

const optional = <A>(
  value: unknown,
  is: (value: unknown) => value is A,
  defect: AssertionDefect
): Check<A | undefined> => (value === undefined || is(value) ? Result.succeed(value) : Result.fail(defect))

const algorithm = (value: unknown, { registeredAlg, rules }: AssertionDemands): Check<ClientAlg> => {
  const alg = ClientAlg.literals.find((known) => known === value)
  const allowed = alg !== undefined && (rules.clientAlgs?.includes(alg) ?? true)
  return allowed && algName(registeredAlg ?? alg) === algName(alg) ? Result.succeed(alg) : Result.fail("alg")
}

const isAudience = (value: unknown, { endpoints, issuer, rules }: AssertionDemands): boolean => {
  // An assertion for several audiences could be taken by one of them to another.
  if (rules.issuerAudienceOnly) return value === issuer
  const audiences: ReadonlyArray<unknown> = Array.isArray(value) ? value : [value]
  return [issuer, ...endpoints].some((name) => audiences.includes(name))
}

const isText = (value: unknown): boolean => typeof value === "string" && value !== ""

const times = (claims: UnverifiedJwt["claims"], now: number): Check<{ readonly expiresAt: number }> =>
  Result.gen(function* () {
    const { exp } = claims
    if (!isMoment(exp)) return yield* Result.fail("exp" as const)
    const expiresAt = endOf(exp)
    yield* when(now < expiresAt && expiresAt <= now + longest, "exp")
    for (const name of ["iat", "nbf"] as const) {
      const moment = yield* optional(claims[name], isMoment, name)
      yield* when(moment === undefined || !isAhead(moment, now), name)
    }
    return { expiresAt }
  })
