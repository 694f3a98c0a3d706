/** How a client says who it is: Basic, a secret in the body, or an assertion. RFC 6749 §2.3.1, RFC 7521 §4.2. */
import { Effect, Redacted, Result } from "effect"
import { Base64 } from "effect/encoding"
import { HttpServerRequest } from "effect/http"
import { assertionType } from "../domain/ClientAssertion.ts"
import { InvalidClient, InvalidRequest } from "../domain/OAuthError.ts"
import { eachOnce, type Parameters } from "../domain/Parameters.ts"
import type { Credentials } from "../services/flows/client/AuthenticateClient.ts"

const malformed = new InvalidClient({
  error_description: "the Authorization header is malformed",
  reason: "malformed",
  basic: true
})
import { readAddress } from "./NetworkAddress.ts"
import { pathText } from "./RequestTarget.ts"

/** What tells who the client is. */
const credentialNames = ["client_id", "client_secret", "client_assertion", "client_assertion_type"]

/** The credentials of the request at hand. */
export const readCredentials = Effect.fnUntraced(function* (form: Parameters) {
  const credentials = yield* readShown(form)
  return { ...credentials, address: yield* readAddress }
})

const readShown = Effect.fnUntraced(function* (form: Parameters) {
  const { headers, url } = yield* HttpServerRequest.HttpServerRequest
  const authorization = headers["authorization"]
  // Of a credential that was sent twice nobody can say which is meant; what comes next may have read the other.
  yield* Effect.fromResult(eachOnce({ repeated: credentialNames.filter((name) => form.repeated.includes(name)) }))
  const clientId = form.get("client_id")
  const secret = form.get("client_secret")
  const assertion = assertionOf(form)
  if (assertion !== undefined && (authorization !== undefined || secret !== undefined)) {
    return yield* twoWays("client_assertion")
  }
  if (assertion !== undefined) {
    const { type, value } = assertion
    // RFC 7521 §4.2.1: an assertion of a kind that is not known authenticates nobody.
    if (type !== assertionType || value === undefined) return yield* unreadable
    const shown: Credentials = { method: "assertion", clientId, assertion: value, endpoint: pathText(url) }
    return shown
  }
  if (authorization === undefined) return yield* fromBody(clientId, secret)
  if (secret !== undefined) return yield* twoWays("client_secret")
  const credentials = fromHeader(authorization)
  if (credentials === undefined) return yield* malformed
  return clientId === undefined || clientId === credentials.clientId ? credentials : yield* malformed
})

const twoWays = (parameter: string) =>
  new InvalidRequest({ error_description: "the client authenticated in more than one way", parameter })

const unreadable = new InvalidClient({
  error_description: "client_assertion_type or client_assertion is missing or not known",
  reason: "malformed",
  basic: false
})

const assertionOf = (form: Parameters) => {
  const type = form.get("client_assertion_type")
  const value = form.get("client_assertion")
  return type === undefined && value === undefined ? undefined : { type, value }
}

const fromBody = (clientId: string | undefined, secret: string | undefined) => {
  if (clientId === undefined) {
    return Effect.fail(
      new InvalidClient({ error_description: "client authentication is missing", reason: "missing", basic: false })
    )
  }
  const credentials: Credentials = {
    method: secret === undefined ? "none" : "client_secret_post",
    clientId,
    secret: Redacted.make(secret ?? "")
  }
  return Effect.succeed(credentials)
}

/** Basic with form-encoded halves (RFC 6749 §2.3.1); undefined for any other scheme and anything malformed. */
const fromHeader = (authorization: string): Credentials | undefined => {
  const [, encoded] = /^Basic ([A-Za-z0-9+/=_-]+)$/i.exec(authorization) ?? []
  const decoded = Result.getOrUndefined(Base64.decodeString(encoded ?? ""))
  const colon = decoded?.indexOf(":") ?? -1
  if (encoded === undefined || decoded === undefined || colon < 1) return undefined
  const clientId = formDecoded(decoded.slice(0, colon))
  const sent = decoded.slice(colon + 1)
  return {
    method: "client_secret_basic",
    clientId,
    secret: Redacted.make(formDecoded(sent)),
    unencoded: Redacted.make(sent)
  }
}

/** A percent sign that encodes nothing is a percent sign. */
const formDecoded = (text: string): string => new URLSearchParams(`v=${text.replaceAll("&", "%26")}`).get("v") ?? ""
