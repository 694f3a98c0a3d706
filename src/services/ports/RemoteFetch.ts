/**
 * Asking other people's servers: a client's keys, request objects and sector documents, and its logout address.
 *
 * One way for all of them. https only, no private or loopback address (but for the operator's development switch), no
 * redirects, bounded in size and time, and a bounded cache of what was read. RFC 7591 §5, RFC 9101 §10.4.
 */
import { Context, type Effect, Schema } from "effect"

/** Nothing was read, or nobody knows whether what was sent arrived; `reason` is for the log. */
export class RemoteFailed extends Schema.TaggedError<RemoteFailed>()("RemoteFailed", {
  reason: Schema.Literals(["address", "redirect", "status", "size", "time", "network"]),
  detail: Schema.String
}) {}

export class RemoteFetch extends Context.Service<
  RemoteFetch,
  {
    /** A document as text. `fresh` reads past the cache, at most so often as the cache allows for one address. */
    readonly read: (uri: string, options?: { readonly fresh?: boolean }) => Effect.Effect<string, RemoteFailed>
    /** Posts a form, and succeeds if the answer is 200 or 204 (OIDC Back-Channel Logout §2.8). */
    readonly post: (uri: string, form: Readonly<Record<string, string>>) => Effect.Effect<void, RemoteFailed>
  }
>()("hapax/ports/RemoteFetch") {}
