/** What ends when sessions and grants of many users are ended at once, and what does not. */
import { Effect } from "effect"
import { BatchEnd, type BatchEnded, type EndPosition } from "../../domain/BatchEnd.ts"
import type { UserId } from "../../domain/Ids.ts"
import { AccessTokens } from "./AccessTokens.ts"
import { expectThat, law } from "./Law.ts"
import { Sessions } from "./Sessions.ts"
import { anotherSession, freshAttempt, keyOf, offline, signedIn, withTokens } from "./World.laws.ts"

const shardOf = (userId: UserId) => userId.slice(0, userId.indexOf(".") + 1)

/** All calls of one attempt at the shard of a user. */
const ending = Effect.fnUntraced(function* (userId: UserId, asked: Partial<BatchEnd>) {
  const request = { whose: "all", before: null, grants: false, ...asked } as const
  const attempt = request.attempt ?? (yield* freshAttempt)
  let [sessions, grants] = [0, 0]
  for (let from: EndPosition | null | undefined; from !== null;) {
    const called: BatchEnded = yield* Sessions.endWhere(
      new BatchEnd({ ...request, attempt, id: shardOf(userId), from: from ?? null })
    )
    sessions += called.sessions
    grants += called.grants
    from = called.next
  }
  return { sessions, grants }
})

const lives = (session: Effect.Success<typeof signedIn>["session"]) =>
  Effect.map(Sessions.find(keyOf(session)), (found) => found !== null)

const stands = (jti: Parameters<typeof AccessTokens.inspect>[0]) =>
  Effect.map(AccessTokens.inspect(jti), (found) => found !== null)

export const batchEndLaws = [
  law(
    "the sessions of the users who are named end, and nobody else's; with their grants if that is asked for",
    ["Session.endWhere", "Session.find", "AccessToken.inspect"],
    Effect.gen(function* () {
      const [first, second, other] = [
        yield* withTokens({ scopes: offline }),
        yield* withTokens({ scopes: offline }),
        yield* withTokens({ scopes: offline })
      ]
      yield* ending(first.user.id, { whose: { users: [first.user.id, second.user.id] } })
      yield* expectThat(!(yield* lives(first.session)) && !(yield* lives(second.session)), "both are signed out")
      yield* expectThat(yield* lives(other.session), "and the third is not")
      yield* expectThat(yield* stands(first.jti), "offline access outlives the session")
      yield* ending(first.user.id, { whose: { users: [first.user.id] }, grants: true })
      yield* expectThat(!(yield* stands(first.jti)), "unless it is ended too")
      yield* expectThat((yield* stands(second.jti)) && (yield* stands(other.jti)), "of those who are named")
    })
  ),
  law(
    "all sessions of a shard end that began before a moment, and all grants if that is asked for",
    ["Session.endWhere", "Session.find", "AccessToken.inspect"],
    Effect.gen(function* () {
      const scene = yield* withTokens({ scopes: offline })
      const { authTime } = scene.session.authentication
      yield* ending(scene.user.id, { before: authTime })
      yield* expectThat(yield* lives(scene.session), "it did not begin before it began")
      yield* ending(scene.user.id, { before: authTime + 1 })
      yield* expectThat(!(yield* lives(scene.session)), "but before the moment after")
      yield* expectThat(yield* stands(scene.jti), "the grant was not asked for")
      yield* ending(scene.user.id, { grants: true })
      yield* expectThat(!(yield* stands(scene.jti)), "now it was")
    })
  ),
  law(
    "what one client was given ends, and no session with it, and nothing of another client",
    ["Session.endWhere", "Session.find", "AccessToken.inspect"],
    Effect.gen(function* () {
      const [mine, other] = [yield* withTokens(), yield* withTokens()]
      yield* ending(mine.user.id, { whose: { client: mine.clientId }, grants: true })
      yield* expectThat(
        !(yield* stands(mine.jti)) && (yield* stands(other.jti)),
        "the client's, and the client's alone"
      )
      yield* expectThat((yield* lives(mine.session)) && (yield* lives(other.session)), "their people stay signed in")
    })
  ),
  law(
    "the same attempt, executed again and late, ends no session that was opened since",
    ["Session.endWhere", "Session.find"],
    Effect.gen(function* () {
      const { session, user } = yield* signedIn
      const attempt = yield* freshAttempt
      yield* ending(user.id, { attempt })
      const since = yield* anotherSession(user.id)
      yield* ending(user.id, { attempt })
      yield* expectThat(!(yield* lives(session)) && (yield* lives(since)), "only what was there then has ended")
    })
  )
]
