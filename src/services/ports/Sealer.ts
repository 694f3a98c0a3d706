/** What only this provider can make and read: sealed values and tags, under keys derived from its one secret. */
import { Context, type Effect, type Option } from "effect"

/** Each purpose has a key of its own, so that what was sealed for one is nothing for another. */
export type SealPurpose =
  | "interaction"
  | "signing-key"
  | "client-secret"
  | "access-token"
  | "link"
  | "letter"
  | "session-token"
  | "device"
export type TagPurpose =
  | "refresh-token"
  | "pairwise-subject"
  | "dpop-nonce"
  | "user-code"
  | "browser-state"
  | "limit"
  | "attempt"
  | "session-secret"
  | "sid"
  | "decoy"
  | "audit"

export class Sealer extends Context.Service<
  Sealer,
  {
    /** Encrypts and authenticates a JSON value. */
    readonly seal: (purpose: SealPurpose, value: unknown) => Effect.Effect<string>
    /** None for anything that this provider did not seal for this purpose. */
    readonly open: (purpose: SealPurpose, sealed: string) => Effect.Effect<Option.Option<unknown>>
    /** HMAC-SHA-256 over a text, as base64url. */
    readonly tag: (purpose: TagPurpose, text: string) => Effect.Effect<string>
  }
>()("hapax/ports/Sealer") {}
