/** Whether an id that came from outside names a shard that exists; if not, nothing is asked and nothing comes to be. */
import { Effect, Option } from "effect"
import { type Generations, isToCome, ofId } from "../../domain/Locator.ts"
import { ProviderConfig } from "../ports/ProviderConfig.ts"
import { parseToken, type SessionToken } from "../../domain/Session.ts"
import { NotExecuted } from "../storage/StorageError.ts"
import { hashSecret } from "./Secrets.ts"

/**
 * False for what is none of ours. What names the generation after the newest is not refused: while a deploy adds one,
 * this Worker may be the older, and what it does not know yet must not be taken for forged (503, never invalid).
 */
const inGenerations = (generations: Generations, id: string) => {
  const detail = "the id names a generation of shards that this Worker does not know yet"
  return isToCome(generations, id)
    ? Effect.fail(new NotExecuted({ operation: "Locator", reason: "unavailable", detail }))
    : Effect.succeed(Option.isSome(ofId(generations, id)))
}

/** Whether a user's or grant's id names an account shard. */
export const isPlaced = (id: string) => ProviderConfig.use((config) => inGenerations(config.accountGenerations, id))

/** Whether the id of a single-use thing names a ticket shard. */
export const isTicketPlaced = (id: string) =>
  ProviderConfig.use((config) => inGenerations(config.ticketGenerations, id))

/** The session that a cookie names; undefined if it could be none of ours. */
export const sessionOf = Effect.fnUntraced(function* (cookie: string | undefined) {
  const token = Option.getOrUndefined(parseToken(cookie ?? ""))
  return token !== undefined && (yield* isPlaced(token.userId)) ? token : undefined
})

/** Under which the session of a cookie is stored: its secret only as a hash. */
export const keyOf = ({ secret, userId }: SessionToken) => Effect.map(hashSecret(secret), (hash) => ({ userId, hash }))
