/**
 * Telling a server of the operator's what happened, so that it knows who tells it: Standard Webhooks 1.0.0,
 * HMAC-SHA-256 over id, time and body. The server needs the key, which is derived from the provider's secret.
 */
import { Context, type Effect, type Redacted } from "effect"
import type { RemoteFailed } from "./RemoteFetch.ts"

export interface Notification {
  /** The same one if it is sent again. */
  readonly id: string
  /** Milliseconds. */
  readonly at: number
  /** A JSON text. */
  readonly body: string
}

export class Webhook extends Context.Service<
  Webhook,
  {
    /** `whsec_` and the key as base64: what the receiving server verifies by. */
    readonly key: Effect.Effect<Redacted.Redacted>
    /** Succeeds if the answer is of 2xx. The address is bound by the rules of `RemoteFetch`. */
    readonly post: (uri: string, notification: Notification) => Effect.Effect<void, RemoteFailed>
  }
>()("hapax/ports/Webhook") {}
