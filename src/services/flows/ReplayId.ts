/**
 * A `jti` is good once: that of a proof for its key, that of an assertion for its client. RFC 9449 §11.1, RFC 7523 §3.
 *
 * The ticket is found from what was sent and from nothing else, so that two who send the same meet in one object. Its
 * shard is one of the oldest generation: a deploy that adds shards, with two versions of the code at work, must not
 * open a second place where the same `jti` is new (docs/decisions/0013-dpop.md).
 */
import { Effect } from "effect"
import { Base64Url } from "effect/encoding"
import { ofOldest } from "../../domain/Locator.ts"
import type { TicketKind } from "../../domain/Ticket.ts"
import { ProviderConfig } from "../ports/ProviderConfig.ts"
import { retried } from "../storage/Retry.ts"
import { Tickets } from "../storage/Tickets.ts"
import { drawAttempt, sha256 } from "./Secrets.ts"

export interface Shown {
  readonly kind: Extract<TicketKind, "dpop_jti" | "assertion_jti">
  /** Whose `jti` it is: the thumbprint of the key, or the client's id. */
  readonly owner: string
  readonly jti: string
  /** From this moment (milliseconds) it is refused for its age alone, and need not be remembered. */
  readonly expiresAt: number
}

/** Uses it up; `TicketRefused` if it was used before. Ask only after everything else about it was found right. */
export const useOnce = Effect.fn("UseOnce")(function* ({ expiresAt, jti, kind, owner }: Shown) {
  const id = yield* replayId(kind, owner, jti)
  yield* retried(Tickets.spend)({ attempt: yield* drawAttempt, kind, id, expiresAt })
})

/** One owner's are in one shard: whoever floods it with proofs of one key floods that shard alone. */
export const replayId = Effect.fnUntraced(function* (kind: Shown["kind"], owner: string, jti: string) {
  const { ticketGenerations } = yield* ProviderConfig
  const { buffer, byteOffset } = yield* sha256(owner)
  const place = ofOldest(ticketGenerations, new DataView(buffer, byteOffset).getUint32(0))
  const name = yield* sha256(JSON.stringify([kind, owner, jti]))
  return `${place}.${Base64Url.encode(name.slice(0, 16))}`
})
