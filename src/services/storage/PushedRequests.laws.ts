/** What every shard keeps of pushed requests: shown to their client as often as it takes, used up by one answer. */
import { Clock, Effect, Result } from "effect"
import { PushedId } from "../../domain/Ids.ts"
import { PushedRefused, PushedRequest } from "../../domain/PushedRequest.ts"
import { freshText, plainRequest } from "./Fresh.laws.ts"
import { expectThat, law } from "./Law.ts"
import { PushedRequests } from "./PushedRequests.ts"
import { advance, atOnce, expectRefusal, freshAttempt, freshChallenge, freshClientId, restart } from "./World.laws.ts"

const push = "PushedRequest.push"
const show = "PushedRequest.show"
const complete = "PushedRequest.complete"

const lifetime = 60_000
const interaction = 600_000

/** What a client asks for, in the first shard of the first generation, which every configuration has. */
const freshRequest = Effect.gen(function* () {
  const now = yield* Clock.currentTimeMillis
  const id = PushedId.make(`1-0.${yield* freshText}`)
  const request = plainRequest(yield* freshClientId, {
    state: yield* freshText,
    scopes: ["openid", "profile"],
    nonce: yield* freshText,
    codeChallenge: yield* freshChallenge,
    pushed: id
  })
  return new PushedRequest({ id, request, expiresAt: now + lifetime, keptUntil: now + lifetime + interaction })
})

/** A request that its client has pushed. */
const pushed = Effect.gen(function* () {
  const row = yield* freshRequest
  yield* PushedRequests.push(row)
  return { row, own: { id: row.id, clientId: row.request.clientId } }
})

type Own = Effect.Success<typeof pushed>["own"]

/** Uses a request up in an attempt of its own. */
const completed = (own: Own) => Effect.flatMap(freshAttempt, (attempt) => PushedRequests.complete({ ...own, attempt }))

const another = (own: Own) => Effect.map(freshClientId, (clientId) => ({ ...own, clientId }))

/** Fifty answers to one request at once. */
export const completionRaceLaws = [
  law(
    "50 answers to one pushed request at once: one uses it up, every other hears that it is used up",
    [push, complete],
    Effect.gen(function* () {
      const { own } = yield* pushed
      const results = yield* atOnce(50, completed(own))
      yield* expectThat(results.filter(Result.isSuccess).length === 1, "one uses it up")
      const others = results.filter(Result.isFailure).map(({ failure }) => failure)
      yield* expectThat(
        others.every((failure) => failure instanceof PushedRefused && failure.reason === "completed"),
        "every other is refused because it is used up"
      )
    })
  )
]

export const pushedRequestLaws = [
  law(
    "RFC 9126 §4: a pushed request is shown as it was pushed, as often as its client asks, before it is used up",
    [push, show],
    Effect.gen(function* () {
      const { own, row } = yield* pushed
      const first = yield* PushedRequests.show(own)
      yield* restart
      const second = yield* PushedRequests.show(own)
      const same = [first, second].every((shown) => JSON.stringify(shown) === JSON.stringify(row.request))
      yield* expectThat(same, "what is shown is what was pushed")
    })
  ),
  law(
    "a pushed request is used up once, and is not shown from then on",
    [push, show, complete],
    Effect.gen(function* () {
      const { own } = yield* pushed
      yield* completed(own)
      yield* expectRefusal(completed(own), "completed", "the second answer is refused")
      yield* expectRefusal(PushedRequests.show(own), "completed", "and nobody begins with it again")
      yield* restart
      yield* expectRefusal(completed(own), "completed", "it stays used up")
      yield* completed((yield* pushed).own)
    })
  ),
  law(
    "the same attempt asked again is told the same, whatever the time",
    [push, complete],
    Effect.gen(function* () {
      const { own } = yield* pushed
      const completion = { ...own, attempt: yield* freshAttempt }
      yield* PushedRequests.complete(completion)
      yield* restart
      yield* PushedRequests.complete(completion)
      yield* advance(lifetime + interaction - 1)
      yield* PushedRequests.complete(completion)
      yield* expectRefusal(completed(own), "completed", "another attempt is refused all the same")
    })
  ),
  law(
    "the same push asked again is the same: a request that was used up does not become new by it",
    [push, show, complete],
    Effect.gen(function* () {
      const { own, row } = yield* pushed
      yield* PushedRequests.push(row)
      yield* PushedRequests.show(own)
      yield* completed(own)
      yield* PushedRequests.push(row)
      yield* expectRefusal(PushedRequests.show(own), "completed", "it is not shown again")
      yield* expectRefusal(completed(own), "completed", "nor used again")
    })
  ),
  law(
    "RFC 9126 §2.2: a pushed request is bound to its client; another neither sees it nor uses it up",
    [push, show, complete],
    Effect.gen(function* () {
      const { own } = yield* pushed
      const foreign = yield* another(own)
      yield* expectRefusal(PushedRequests.show(foreign), "client", "another client is shown nothing")
      yield* expectRefusal(completed(foreign), "client", "another client uses nothing up")
      yield* PushedRequests.show(own)
      yield* completed(own)
    })
  ),
  law(
    "RFC 9126 §2.2: nobody begins with an expired request; whoever began in time may still be answered",
    [push, show, complete],
    Effect.gen(function* () {
      const [{ own }, late] = [yield* pushed, yield* pushed]
      yield* advance(lifetime - 1)
      yield* PushedRequests.show(own)
      yield* advance(1)
      yield* expectRefusal(PushedRequests.show(own), "expired", "its time to begin is over")
      yield* advance(interaction - 1)
      yield* completed(own)
      yield* advance(1)
      yield* expectRefusal(completed(late.own), "expired", "and the time of its pages too")
    })
  ),
  law(
    "a request that nobody pushed is unknown",
    [show, complete],
    Effect.gen(function* () {
      const { id, request } = yield* freshRequest
      const own = { id, clientId: request.clientId }
      yield* expectRefusal(PushedRequests.show(own), "unknown", "nothing is shown")
      yield* expectRefusal(completed(own), "unknown", "nothing is used up")
    })
  ),
  ...completionRaceLaws
]
