/**
 * Request objects: an authorization request as a JWT. RFC 9101 §4, §6, §10; OIDC Core §6.
 *
 * Whether the client signed it is not decided here, only by what it has to be signed; an object without a signature is
 * taken from a client that registered to send such, and from nobody else.
 */
import { Result } from "effect"
import type { Client } from "./Client.ts"
import { algName, KeyAlg } from "./ClientMetadata.ts"
import type { ClientRules } from "./ClientRules.ts"
import { endOf, isAhead } from "./ClockSkew.ts"
import { isMoment, isTyped, type UnverifiedJwt } from "./Jwt.ts"
import type { KeyHint } from "./KeySet.ts"
import { fromSearchParams, type Parameters } from "./Parameters.ts"

/** What an object has to agree with. */
export interface ObjectDemands {
  readonly client: Client
  readonly rules: Pick<ClientRules, "clientAlgs">
  readonly issuer: string
  readonly now: number
}

/** An object that says the right things, if it is signed as it says. */
export interface RequestObject {
  /** Undefined for one without a signature, where that is allowed. */
  readonly signature: KeyHint | undefined
  readonly parameters: Parameters
}

/** What is wrong with an object: the name of the header or claim at fault. */
export type ObjectDefect =
  | "typ"
  | "crit"
  | "alg"
  | "kid"
  | "iss"
  | "sub"
  | "aud"
  | "exp"
  | "nbf"
  | "iat"
  | "client_id"
  | "request"
  | "request_uri"

type Check<A> = Result.Result<A, ObjectDefect>

/** Whether a client has anything by which its objects could be told from others', or registered to send them plain. */
export const mayComeFrom = ({ metadata }: Client): boolean =>
  metadata.request_object_signing_alg !== undefined || metadata.jwks !== undefined || metadata.jwks_uri !== undefined

export const judge = ({ claims, header }: UnverifiedJwt, demands: ObjectDemands): Check<RequestObject> =>
  Result.gen(function* () {
    const { client, issuer } = demands
    // It could be meant for another purpose, whoever signed it. RFC 9101 §10.8.
    yield* when(header["typ"] === undefined || isTyped(header["typ"], "jwt", "oauth-authz-req+jwt"), "typ")
    // Nothing that a header could declare critical is known here. RFC 7515 §4.1.11.
    yield* when(header["crit"] === undefined, "crit")
    const signature = yield* signatureOf(header, demands)
    for (const nested of ["request", "request_uri"] as const) yield* when(claims[nested] === undefined, nested)
    for (const own of ["iss", "client_id"] as const) {
      yield* when(claims[own] === undefined || claims[own] === client.id, own)
    }
    // It could be shown as the client's assertion of who it is. RFC 9101 §10.8.
    yield* when(claims["sub"] !== client.id, "sub")
    yield* when(claims["aud"] === undefined || [claims["aud"]].flat().includes(issuer), "aud")
    yield* times(claims, demands.now)
    return { signature, parameters: parametersOf(claims) }
  })

const when = (holds: boolean, defect: ObjectDefect): Check<void> => (holds ? Result.void : Result.fail(defect))

/** OIDC Dynamic Registration §2: an object that is not signed as registered MUST be rejected. RFC 9101 §10.5. */
const signatureOf = (
  { alg, kid }: UnverifiedJwt["header"],
  { client: { metadata }, rules }: ObjectDemands
): Check<KeyHint | undefined> => {
  const registered = metadata.request_object_signing_alg
  if (alg === "none") {
    const isAllowed = registered === "none" && !metadata.require_signed_request_object && rules.clientAlgs === null
    return isAllowed ? Result.succeed(undefined) : Result.fail("alg")
  }
  const known = KeyAlg.literals.find((name) => name === alg)
  const isAllowed = known !== undefined && (rules.clientAlgs?.includes(known) ?? true)
  if (!isAllowed || algName(registered ?? known) !== algName(known)) return Result.fail("alg")
  return kid === undefined || typeof kid === "string" ? Result.succeed({ alg: known, kid }) : Result.fail("kid")
}

const times = (claims: UnverifiedJwt["claims"], now: number): Check<void> =>
  Result.gen(function* () {
    const { exp } = claims
    if (exp !== undefined) yield* when(isMoment(exp) && now < endOf(exp), "exp")
    for (const name of ["iat", "nbf"] as const) {
      const moment = claims[name]
      if (moment !== undefined) yield* when(isMoment(moment) && !isAhead(moment, now), name)
    }
  })

/** What a JWT says of itself, and not of the request. RFC 7519 §4.1. */
const ofTheJwt: ReadonlyArray<string> = ["iss", "sub", "aud", "exp", "nbf", "iat", "jti"]

/**
 * The parameters that an object holds, as a form would hold them: `claims` as JSON, `max_age` as digits, `resource` as
 * often as it is listed (RFC 9101 §4, OIDC Core §6.1).
 */
const parametersOf = (claims: UnverifiedJwt["claims"]): Parameters => {
  const pairs = Object.entries(claims)
    .filter(([name, value]) => !ofTheJwt.includes(name) && value !== null && value !== undefined)
    .flatMap(([name, value]): ReadonlyArray<[string, string]> => {
      const values: ReadonlyArray<unknown> = name === "resource" && Array.isArray(value) ? value : [value]
      return values.map((one) => [name, typeof one === "string" ? one : JSON.stringify(one)])
    })
  return fromSearchParams(new URLSearchParams(pairs))
}
