/** Tokens by which others register clients: issued, listed and revoked by the operator. RFC 7591 §3. */
import { Clock, Effect, Redacted, Schema } from "effect"
import { format, InitialAccessToken, InitialTokenId } from "../../../domain/InitialAccessToken.ts"
import { InitialAccessTokens } from "../../storage/InitialAccessTokens.ts"
import { retried } from "../../storage/Retry.ts"
import { drawInitialTokenId, drawSecret, hashSecret } from "../Secrets.ts"
import { newEvent } from "./NewEvent.ts"
import { type Page, pageOf } from "./Page.ts"
import { InvalidField, RegistrationTokenNotFound } from "./Refusals.ts"

export const NewRegistrationToken = Schema.Struct({
  /** How many clients may be registered by it. */
  uses: Schema.Int,
  /** How many milliseconds it is good. */
  lifetime: Schema.Int
})
export type NewRegistrationToken = typeof NewRegistrationToken.Type

const mostUses = 1_000_000

/** Ten years, in milliseconds: whoever means for ever opens the registration. */
const longest = 10 * 365 * 86_400_000

/** The token, and the text that its holder shows: it is told this once. */
export const createRegistrationToken = Effect.fn("CreateRegistrationToken")(function* (asked: NewRegistrationToken) {
  const { lifetime, uses } = asked
  if (uses < 1 || uses > mostUses) {
    return yield* new InvalidField({ field: "uses", message: `The uses must be a number from 1 to ${mostUses}.` })
  }
  if (lifetime < 1 || lifetime > longest) {
    return yield* new InvalidField({
      field: "lifetime",
      message: "A token is good for some time, and ten years at most."
    })
  }
  const secret = yield* drawSecret
  const now = yield* Clock.currentTimeMillis
  const token = new InitialAccessToken({
    id: yield* drawInitialTokenId,
    hash: yield* hashSecret(secret),
    uses,
    used: 0,
    createdAt: now,
    expiresAt: now + lifetime
  })
  const event = yield* newEvent({ type: "initial_token.created", detail: { token: token.id, uses: String(uses) } })
  yield* retried(InitialAccessTokens.create)(token, event)
  return { token: shown(token), secret: Redacted.make(format(token.id, secret)) }
})

/** In the order of their ids, a page at a time; those that are used up or have expired too. */
export const listRegistrationTokens = Effect.fn("ListRegistrationTokens")(function* (asked: Page) {
  const page = yield* pageOf(asked)
  const tokens = yield* retried(InitialAccessTokens.list)(page)
  return { tokens: tokens.map(shown), next: tokens.length < page.limit ? null : (tokens.at(-1)?.id ?? null) }
})

/** From the answer on nobody registers a client by it. The clients that were registered stay. */
export const revokeRegistrationToken = Effect.fn("RevokeRegistrationToken")(function* (id: string) {
  const missing = new RegistrationTokenNotFound({ message: `There is no registration token ${id}.` })
  const tokenId = yield* Schema.decodeUnknownEffect(InitialTokenId)(id).pipe(Effect.mapError(() => missing))
  const event = yield* newEvent({ type: "initial_token.revoked", detail: { token: tokenId } })
  yield* retried(InitialAccessTokens.revoke)(tokenId, event).pipe(Effect.catchTag("InitialTokenGone", () => missing))
  return { id: tokenId }
})

/** A token without the hash of its secret. */
const shown = ({ hash: _, ...token }: InitialAccessToken) => token
