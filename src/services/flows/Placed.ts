/** Whether an id that came from outside names a shard that exists; if not, nothing is asked and nothing comes to be. */
import { Effect, Option } from "effect"
import { type Generations, ofId } from "../../domain/Locator.ts"
import { ProviderConfig } from "../ports/ProviderConfig.ts"
import { parseToken, type SessionToken } from "../../domain/Session.ts"
import { hashSecret } from "./Secrets.ts"

const inGenerations = (generations: Generations, id: string): boolean => Option.isSome(ofId(generations, id))

/** Whether a user's or grant's id names an account shard. */
export const isPlaced = (id: string) =>
  ProviderConfig.use((config) => Effect.succeed(inGenerations(config.accountGenerations, id)))

/** Whether the id of a single-use thing names a ticket shard. */
export const isTicketPlaced = (id: string) =>
  ProviderConfig.use((config) => Effect.succeed(inGenerations(config.ticketGenerations, id)))

/** The session that a cookie names; undefined if it could be none of ours. */
export const sessionOf = (cookie: string | undefined) =>
  ProviderConfig.use((config) => {
    const token = Option.getOrUndefined(parseToken(cookie ?? ""))
    const placed = token !== undefined && inGenerations(config.accountGenerations, token.userId)
    return Effect.succeed<SessionToken | undefined>(placed ? token : undefined)
  })

/** Under which the session of a cookie is stored: its secret only as a hash. */
export const keyOf = ({ secret, userId }: SessionToken) => Effect.map(hashSecret(secret), (hash) => ({ userId, hash }))
