/** What allows whoever holds it to register so many clients, for a while. RFC 7591 §3. */
import { Schema } from "effect"
import { SecretHash } from "./Ids.ts"

/** A token's public half, by which the operator names it: 128 random bits behind a letter. It opens nothing. */
export const InitialTokenId = Schema.String.pipe(
  Schema.check(Schema.isPattern(/^t[A-Za-z0-9_-]{22}$/)),
  Schema.brand("InitialTokenId")
)
export type InitialTokenId = typeof InitialTokenId.Type

/** A token as D1 keeps it; times in milliseconds. */
export class InitialAccessToken extends Schema.Class<InitialAccessToken>("InitialAccessToken")({
  id: InitialTokenId,
  /** Of its secret half. */
  hash: SecretHash,
  /** How many clients may be registered by it, and how many were. */
  uses: Schema.Int,
  used: Schema.Int,
  createdAt: Schema.Int,
  /** From this moment on it is refused. */
  expiresAt: Schema.Int
}) {}

/** The token as its holder shows it. */
export const format = (id: InitialTokenId, secret: string): string => `${id}.${secret}`

/** Why a token registers nobody (any more); undefined if it does. Storage decides by the same, in its transaction. */
export const refusal = (token: InitialAccessToken, now: number): "expired" | "used up" | undefined => {
  if (token.expiresAt <= now) return "expired"
  return token.used >= token.uses ? "used up" : undefined
}
