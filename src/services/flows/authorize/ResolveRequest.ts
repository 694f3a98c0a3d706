/**
 * The parameters of a request that comes as a request object, by value or by reference. RFC 9101 §5, §6; OIDC Core §6.
 *
 * An address is asked only if the client registered exactly it (RFC 9101 §10.4), and what is behind it has to be what
 * the address says it is, if its fragment says so (OIDC Core §6.2).
 */
import { Clock, Effect, Option, Result } from "effect"
import { Base64Url } from "effect/encoding"
import type { Client } from "../../../domain/Client.ts"
import { type ClientRules, rulesOf } from "../../../domain/ClientRules.ts"
import { type AuthorizationErrorCode, RequestRefused } from "../../../domain/OAuthError.ts"
import { merged, type Parameters, without } from "../../../domain/Parameters.ts"
import { judge, mayComeFrom } from "../../../domain/RequestObject.ts"
import { JwtVerifier } from "../../ports/JwtVerifier.ts"
import { ProviderConfig } from "../../ports/ProviderConfig.ts"
import { RemoteFetch } from "../../ports/RemoteFetch.ts"
import { isSignedByClient } from "../client/ClientKeys.ts"
import { sha256 } from "../Secrets.ts"

/** How a request came: with a browser, or from the client itself. */
export type Way = "browser" | "pushed"

/** How an object came: itself, or its address. */
type Form = "request" | "request_uri"

/** The parameters to judge: as they came, if there is no object. */
export const resolveRequest = Effect.fn("ResolveRequest")(function* (parameters: Parameters, client: Client, way: Way) {
  const value = parameters.get("request")
  const address = parameters.get("request_uri")
  const sent = value ?? address
  if (sent === undefined) {
    if (client.metadata.require_signed_request_object !== true) return parameters
    return yield* refused("invalid_request", "request", "this client has to send a signed request object")
  }
  if (value !== undefined && address !== undefined) {
    return yield* refused("invalid_request", "request_uri", "request and request_uri were sent together")
  }
  const form: Form = value === undefined ? "request_uri" : "request"
  if (!mayComeFrom(client)) {
    return yield* refused(`${form}_not_supported`, form, `the client is not registered for ${form}`)
  }
  const token = form === "request" ? sent : yield* documentAt(sent, client)
  const rules = rulesOf(client, yield* ProviderConfig)
  const object = yield* opened(token, client, rules, form)
  yield* agree(object, parameters, form)
  // RFC 9126 §3: what is pushed with an object stands in the object.
  return way === "pushed" || rules.objectAlone ? object : merged(object, without(parameters, "request", "request_uri"))
})

const refused = (code: AuthorizationErrorCode, parameter: string, error_description: string) =>
  new RequestRefused({ code, parameter, error_description })

const invalid = (form: Form, defect: string) =>
  refused("invalid_request_object", form, `the request object is not valid: ${defect}`)

const invalidUri = (description: string) => refused("invalid_request_uri", "request_uri", description)

/** The parameters of an object that the client made. */
const opened = Effect.fnUntraced(function* (token: string, client: Client, rules: ClientRules, form: Form) {
  const { issuer } = yield* ProviderConfig
  const verifier = yield* JwtVerifier
  const decoded = Option.getOrUndefined(yield* verifier.decode(token))
  if (decoded === undefined) return yield* invalid(form, "it is not a JWT")
  const now = yield* Clock.currentTimeMillis
  const judged = judge(decoded, { client, rules, issuer, now })
  if (Result.isFailure(judged)) return yield* invalid(form, judged.failure)
  const { parameters, signature } = judged.success
  const isSigned = signature === undefined ? token.endsWith(".") : yield* isSignedByClient(client, token, signature)
  return isSigned ? parameters : yield* invalid(form, "signature")
})

/** Who asks, and for what, is said once, or twice alike. RFC 9101 §5, OIDC Core §6.1. */
const agree = Effect.fnUntraced(function* (object: Parameters, beside: Parameters, form: Form) {
  for (const name of ["client_id", "response_type"]) {
    const [one, other] = [object.get(name), beside.get(name)]
    if (one !== undefined && other !== undefined && one !== other) return yield* invalid(form, name)
  }
})

/** What is behind a registered address. */
const documentAt = Effect.fnUntraced(function* (uri: string, client: Client) {
  if (client.metadata.request_uris?.includes(uri) !== true) return yield* invalidUri("request_uri is not registered")
  const [address = "", fragment = ""] = uri.split("#")
  const remembered = yield* read(address, false)
  if (yield* isContent(remembered, fragment)) return remembered.trim()
  const fresh = yield* read(address, true)
  return (yield* isContent(fresh, fragment))
    ? fresh.trim()
    : yield* invalidUri("what is behind request_uri is not what its fragment says")
})

const read = (address: string, fresh: boolean) =>
  RemoteFetch.use((remote) => remote.read(address, { fresh })).pipe(
    Effect.catch(({ detail, reason }) =>
      Effect.andThen(
        Effect.logWarning("a request object could not be read").pipe(Effect.annotateLogs({ reason, detail })),
        invalidUri("request_uri cannot be read")
      )
    )
  )

/** A fragment that is the SHA-256 of a document says which one is meant; any other says nothing. OIDC Core §6.2. */
const isContent = Effect.fnUntraced(function* (document: string, fragment: string) {
  if (!/^[A-Za-z0-9_-]{43}$/.test(fragment)) return true
  return Base64Url.encode(yield* sha256(document)) === fragment
})
