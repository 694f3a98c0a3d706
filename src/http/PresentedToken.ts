/**
 * An access token in the Authorization header or in a form body, never in the query.
 * RFC 6750 §2, RFC 9449 §7.1, RFC 9700 §4.3.2.
 */
import { Effect } from "effect"
import { HttpServerRequest } from "effect/http"
import { InvalidRequest } from "../domain/OAuthError.ts"
import type { TokenScheme } from "../domain/Dpop.ts"
import { readForm } from "./FormBody.ts"

const refused = (error_description: string) => new InvalidRequest({ error_description, parameter: "access_token" })

const schemeOf = (authorization: string): TokenScheme | undefined => {
  const [, scheme] = /^(Bearer|DPoP)(?:\s|$)/i.exec(authorization) ?? []
  return scheme === undefined ? undefined : scheme.toLowerCase() === "dpop" ? "DPoP" : "Bearer"
}

/** How this request says that it brings a token; a token in the body is a bearer's. */
export const readScheme = HttpServerRequest.HttpServerRequest.use(({ headers }) =>
  Effect.succeed(schemeOf(headers["authorization"] ?? "") ?? "Bearer")
)

/**
 * The token; undefined if there is none at all, or another scheme than ours in the header, which are answered without
 * an error code (RFC 6750 §3.1).
 */
export const readPresentedToken = Effect.fnUntraced(function* () {
  const request = yield* HttpServerRequest.HttpServerRequest
  const authorization = request.headers["authorization"] ?? ""
  const isForm = request.method === "POST" && (request.headers["content-type"] ?? "").includes("x-www-form-urlencoded")
  const form = isForm ? yield* readForm() : undefined
  if (form?.repeated.includes("access_token") === true) return yield* refused("access_token was sent more than once")
  const inBody = form?.get("access_token")
  if (schemeOf(authorization) === undefined) return inBody
  if (inBody !== undefined) return yield* refused("the access token was sent in more than one way")
  return yield* tokenIn(authorization)
})

/** The token of an endpoint that takes it in the header alone. */
export const readHeaderToken = HttpServerRequest.HttpServerRequest.use(({ headers }) => {
  const authorization = headers["authorization"] ?? ""
  return schemeOf(authorization) === undefined ? Effect.succeed(undefined) : tokenIn(authorization)
})

const tokenIn = (authorization: string) => {
  const [, token] = /^[A-Z]+ +([A-Za-z0-9\-._~+/]+=*)$/i.exec(authorization) ?? []
  return token === undefined
    ? Effect.fail(refused("the Authorization header holds no access token"))
    : Effect.succeed(token)
}
