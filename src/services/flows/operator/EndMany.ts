/**
 * Ending the sessions of many users, or what a client was given everywhere: one object call a shard, or one for each
 * page of a large one. Each call ends all of its part or none; cut off in between, it goes on where it was.
 */
import { Effect, Option, Schema } from "effect"
import { BatchEnd, EndPosition, mostUsers, type Whose } from "../../../domain/BatchEnd.ts"
import { allOf, idAt, Locator, ofUser } from "../../../domain/Locator.ts"
import { ProviderConfig } from "../../ports/ProviderConfig.ts"
import { retried } from "../../storage/Retry.ts"
import { Sessions } from "../../storage/Sessions.ts"
import { drawAttempt } from "../Secrets.ts"
import { InvalidField } from "./Refusals.ts"
import { clientIdOf } from "./ShowClient.ts"
import { findUserId } from "./ShowUser.ts"

/** What is to end: exactly one of the three. */
export const ManyToEnd = Schema.Struct({
  /** Users by user name, e-mail address or id. */
  users: Schema.optionalKey(Schema.Array(Schema.String)),
  /** What this client was given, by whomever. */
  client: Schema.optionalKey(Schema.String),
  all: Schema.optionalKey(Schema.Literal(true)),
  /** Only what began before, in milliseconds; of users' grants all end, or none. */
  before: Schema.optionalKey(Schema.Int),
  /** Whether what applications were given ends with the sessions. */
  grants: Schema.optionalKey(Schema.Boolean),
  /** The `next` of an answer that was not the last. */
  after: Schema.optionalKey(Schema.String)
})
export type ManyToEnd = typeof ManyToEnd.Type

/** Calls of one request: a Worker may make a thousand. */
const callsAtOnce = 400

/** A place in the whole: a shard, and a place in it. */
const Place = Schema.fromJsonString(Schema.Struct({ shard: Locator, from: Schema.NullOr(EndPosition) }))
type Place = typeof Place.Type

/** Which users of which shards. */
interface Part {
  readonly shard: Locator
  readonly whose: Whose
}

export const endMany = Effect.fn("EndMany")(function* (asked: ManyToEnd) {
  const ways = [asked.users, asked.client, asked.all].filter((way) => way !== undefined)
  if (ways.length !== 1) return yield* new InvalidField({ field: "users", message: "Say one of users, client or all." })
  const place = asked.after === undefined ? undefined : yield* placeOf(asked.after)
  const parts = yield* partsOf(asked)
  const begin = place === undefined ? 0 : parts.findIndex(({ shard }) => shard === place.shard)
  if (begin < 0) return yield* notAPlace
  const grants = asked.client !== undefined || asked.grants === true
  const request = { attempt: yield* drawAttempt, before: asked.before ?? null, grants }
  let [sessions, ended, calls] = [0, 0, 0]
  for (const [index, { shard, whose }] of parts.slice(begin).entries()) {
    let from = index === 0 ? (place?.from ?? null) : null
    for (;;) {
      if (calls >= callsAtOnce) return { sessions, grants: ended, next: encodePlace({ shard, from }) }
      const called = yield* retried(Sessions.endWhere)(new BatchEnd({ ...request, id: idAt(shard), whose, from }))
      calls += 1
      sessions += called.sessions
      ended += called.grants
      if (called.next === null) break
      from = called.next
    }
  }
  return { sessions, grants: ended, next: null }
})

const notAPlace = new InvalidField({ field: "after", message: "after: it is not the `next` of an answer to this." })

const placeOf = (text: string) =>
  Option.match(Schema.decodeUnknownOption(Place)(text), {
    onNone: () => Effect.fail(notAPlace),
    onSome: Effect.succeed
  })

const encodePlace = (place: Place): string => Schema.encodeSync(Place)(place)

const partsOf = Effect.fnUntraced(function* ({ client, users }: ManyToEnd) {
  const { accountGenerations } = yield* ProviderConfig
  const everywhere = (whose: Whose) => allOf(accountGenerations).map((shard): Part => ({ shard, whose }))
  if (client !== undefined) return everywhere({ client: yield* clientIdOf(client) })
  if (users === undefined) return everywhere("all")
  if (users.length > mostUsers) {
    return yield* new InvalidField({ field: "users", message: `users: at most ${mostUsers} at once.` })
  }
  const ids = yield* Effect.forEach(users, findUserId)
  const shards = [...new Set(ids.map(ofUser))]
  return shards.map((shard): Part => ({ shard, whose: { users: ids.filter((id) => ofUser(id) === shard) } }))
})
