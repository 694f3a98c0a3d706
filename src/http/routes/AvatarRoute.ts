/**
 * Pictures of people, under addresses that never show another one. RFC 9110 §13.1.2, RFC 8246 (immutable);
 * docs/decisions/0035-avatars.md.
 */
import { Effect, Result } from "effect"
import { HttpRouter, HttpServerRequest, HttpServerResponse } from "effect/http"
import { isKnown, readTags } from "../../domain/EntityTag.ts"
import { findAvatar, showAvatar } from "../../services/flows/ShowAvatar.ts"
import { answerPageErrors, notFoundResponse } from "../PageResponse.ts"

/** Any site may show it: that is what it is for. A document of its own it is not, whatever its bytes say. */
const headers = {
  "cache-control": "public, max-age=31536000, immutable",
  "x-content-type-options": "nosniff",
  "content-security-policy": "default-src 'none'; sandbox",
  "content-disposition": "inline",
  "cross-origin-resource-policy": "cross-origin",
  "referrer-policy": "no-referrer"
}

export const avatarRoute = answerPageErrors(
  Effect.gen(function* () {
    const request = yield* HttpServerRequest.HttpServerRequest
    const { id = "" } = (yield* HttpRouter.RouteContext).params
    // What stands under an id never changes, so that the id says which it is.
    const own = { ...headers, etag: `"${id}"` }
    const known = readTags(request.headers["if-none-match"] ?? "")
    const isThere = Result.isSuccess(known) && isKnown(known.success, own.etag)
    if (isThere || request.method === "HEAD") {
      const contentType = yield* findAvatar(id)
      if (contentType === null) return yield* notFoundResponse
      return HttpServerResponse.empty(
        isThere ? { status: 304, headers: own } : { status: 200, headers: { ...own, "content-type": contentType } }
      )
    }
    const found = yield* showAvatar(id)
    if (found === null) return yield* notFoundResponse
    return HttpServerResponse.raw(found.body, { contentType: found.type, headers: own })
  })
)
