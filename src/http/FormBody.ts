/** Reading a form: application/x-www-form-urlencoded, of bounded size. RFC 6749 §3.2, Appendix B. */
import { Effect } from "effect"
import { HttpServerRequest } from "effect/http"
import { InvalidRequest } from "../domain/OAuthError.ts"
import { fromSearchParams, type Parameters } from "../domain/Parameters.ts"

/** Bytes. Larger than any request that makes sense, smaller than any that hurts. */
const limit = 65_536

const refused = (error_description: string) => new InvalidRequest({ error_description, parameter: "body" })

/** The form's text, undecoded. */
export const readFormText = Effect.fnUntraced(function* () {
  const request = yield* HttpServerRequest.HttpServerRequest
  const type = request.headers["content-type"] ?? ""
  if (type.split(";")[0]?.trim().toLowerCase() !== "application/x-www-form-urlencoded") {
    return yield* refused("the body must be application/x-www-form-urlencoded")
  }
  if (Number(request.headers["content-length"] ?? 0) > limit) return yield* refused("the body is too large")
  const text = yield* Effect.mapError(request.text, () => refused("the body cannot be read"))
  return text.length > limit ? yield* refused("the body is too large") : text
})

export const readForm = (): Effect.Effect<Parameters, InvalidRequest, HttpServerRequest.HttpServerRequest> =>
  Effect.map(readFormText(), (text) => fromSearchParams(new URLSearchParams(text)))

/** The parameters of the request's query. */
export const readQuery = HttpServerRequest.HttpServerRequest.use(({ url }) =>
  Effect.succeed(fromSearchParams(new URLSearchParams(queryText(url))))
)

/** The query of a URL, undecoded. */
export const queryText = (url: string): string => (url.includes("?") ? url.slice(url.indexOf("?") + 1) : "")
