/** How a client says who it is: HTTP Basic or the body, never both. RFC 6749 §2.3.1. */
import { Effect, Redacted, Result } from "effect"
import { Base64 } from "effect/encoding"
import { HttpServerRequest } from "effect/http"
import { InvalidClient, InvalidRequest } from "../domain/OAuthError.ts"
import type { Parameters } from "../domain/Parameters.ts"
import type { Credentials } from "../services/flows/AuthenticateClient.ts"

const malformed = new InvalidClient({
  error_description: "the Authorization header is malformed",
  reason: "malformed",
  basic: true
})

/** The credentials of the request at hand. */
export const readCredentials = Effect.fnUntraced(function* (form: Parameters) {
  const { headers } = yield* HttpServerRequest.HttpServerRequest
  const authorization = headers["authorization"]
  // Of a credential that was sent twice nobody can say which is meant; what comes next may have read the other.
  const repeated = ["client_id", "client_secret"].find((name) => form.repeated.includes(name))
  if (repeated !== undefined) {
    return yield* new InvalidRequest({ error_description: `${repeated} was sent more than once`, parameter: repeated })
  }
  const clientId = form.get("client_id")
  const secret = form.get("client_secret")
  if (authorization === undefined) return yield* fromBody(clientId, secret)
  if (secret !== undefined) {
    return yield* new InvalidRequest({
      error_description: "the client authenticated in more than one way",
      parameter: "client_secret"
    })
  }
  const credentials = fromHeader(authorization)
  if (credentials === undefined) return yield* malformed
  return clientId === undefined || clientId === credentials.clientId ? credentials : yield* malformed
})

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
