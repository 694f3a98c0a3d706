/** Reading a JSON body as text, of bounded size. RFC 7591 §3.1. */
import { Effect } from "effect"
import { HttpServerRequest } from "effect/http"
import { InvalidClientMetadata } from "../domain/RegistrationError.ts"

/** Bytes, and so characters: room for a client's keys and hundreds of addresses. */
const limit = 65_536

const refused = (error_description: string) => new InvalidClientMetadata({ error_description })

/** The body's text, undecoded. */
export const readJsonText = Effect.fnUntraced(function* () {
  const request = yield* HttpServerRequest.HttpServerRequest
  const type = request.headers["content-type"] ?? ""
  if (type.split(";")[0]?.trim().toLowerCase() !== "application/json") {
    return yield* refused("the body must be application/json")
  }
  if (Number(request.headers["content-length"] ?? 0) > limit) return yield* refused("the body is too large")
  const text = yield* Effect.mapError(request.text, () => refused("the body cannot be read"))
  return text.length > limit ? yield* refused("the body is too large") : text
})
