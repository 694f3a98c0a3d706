/** Telling whoever tries too often when to come again. RFC 6585 §4, RFC 9110 §10.2.3. */
import { Clock, Effect } from "effect"
import { HttpServerResponse } from "effect/http"
import type { TooMany } from "../domain/RateLimit.ts"

/** The answer, whatever it shows, as one to too many requests. Whole seconds, at least one. */
export const retryLater = <E, R>(
  answer: Effect.Effect<HttpServerResponse.HttpServerResponse, E, R>,
  { limit, retryAt }: TooMany
) =>
  Effect.gen(function* () {
    const wait = retryAt - (yield* Clock.currentTimeMillis)
    yield* Effect.logInfo("refused").pipe(Effect.annotateLogs({ error: "too many", limit }))
    return (yield* answer).pipe(
      HttpServerResponse.setStatus(429),
      HttpServerResponse.setHeader("retry-after", String(Math.max(1, Math.ceil(wait / 1000))))
    )
  })
