/** A body as text, of bounded size: RFC 9110 §8.6 lets a sender leave its length unsaid. */
import { ByteSize, Effect } from "effect"
import { HttpIncomingMessage, HttpServerRequest } from "effect/http"

/** Bytes. Larger than any request that makes sense, smaller than any that hurts. */
const limit = ByteSize.bytes(65_536)

/** The body, if it is of this media type; else what is wrong, for the caller's own error. What is over is not read. */
export const readBodyText = Effect.fnUntraced(function* (mediaType: string) {
  const request = yield* HttpServerRequest.HttpServerRequest
  const type = request.headers["content-type"] ?? ""
  if (type.split(";")[0]?.trim().toLowerCase() !== mediaType) return yield* Effect.fail(`the body must be ${mediaType}`)
  return yield* request.text.pipe(
    Effect.provideService(HttpIncomingMessage.MaxBodySize, limit),
    Effect.mapError(() => "the body is too large, or cannot be read")
  )
})
