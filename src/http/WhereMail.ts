/** What needs letters is there only where mail can be sent; where it cannot, it is a page that does not exist. */
import { Effect } from "effect"
import type { HttpServerResponse } from "effect/http"
import { ProviderConfig } from "../services/ports/ProviderConfig.ts"
import { notFoundResponse } from "./PageResponse.ts"

export const whereMail = <R>(route: Effect.Effect<HttpServerResponse.HttpServerResponse, never, R>) =>
  Effect.gen(function* () {
    const { mail } = yield* ProviderConfig
    return yield* mail ? route : notFoundResponse
  })
