/** An access token in the Authorization header or in a form body, never in the query. RFC 6750 §2, RFC 9700 §4.3.2. */
import { Effect } from "effect"
import { HttpServerRequest } from "effect/http"
import { InvalidRequest } from "../domain/OAuthError.ts"
import { readForm } from "./FormBody.ts"

const refused = (error_description: string) => new InvalidRequest({ error_description, parameter: "access_token" })

/**
 * The token; undefined if there is none at all, or another scheme than ours in the header, which are answered without
 * an error code (RFC 6750 §3.1).
 */
export const readBearerToken = Effect.fnUntraced(function* () {
  const request = yield* HttpServerRequest.HttpServerRequest
  const authorization = request.headers["authorization"] ?? ""
  const isForm = request.method === "POST" && (request.headers["content-type"] ?? "").includes("x-www-form-urlencoded")
  const form = isForm ? yield* readForm() : undefined
  if (form?.repeated.includes("access_token") === true) return yield* refused("access_token was sent more than once")
  const inBody = form?.get("access_token")
  if (!/^Bearer(\s|$)/i.test(authorization)) return inBody
  if (inBody !== undefined) return yield* refused("the access token was sent in more than one way")
  const [, token] = /^Bearer +([A-Za-z0-9\-._~+/]+=*)$/i.exec(authorization) ?? []
  return token ?? (yield* refused("the Authorization header is not a bearer token"))
})
