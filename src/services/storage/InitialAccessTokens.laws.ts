/** What every store of initial access tokens keeps: never more clients than uses, never a use without its client. */
import { Clock, Effect, Equal, Schema } from "effect"
import type { AuditEvent } from "../../domain/AuditEvent.ts"
import { Client } from "../../domain/Client.ts"
import { InitialAccessToken, InitialTokenId } from "../../domain/InitialAccessToken.ts"
import { expectEvents } from "./AuditLog.laws.ts"
import { Clients } from "./Clients.ts"
import { freshClient, freshEvent, freshText } from "./Fresh.laws.ts"
import { InitialAccessTokens } from "./InitialAccessTokens.ts"
import { expectFailure, expectThat, law } from "./Law.ts"
import { createdEvent, expectAbsent, expectStored } from "./StoredClient.laws.ts"
import { freshHash } from "./World.laws.ts"

const hour = 3_600_000

const freshToken = Effect.fnUntraced(function* (changes: Partial<InitialAccessToken> = {}) {
  const now = yield* Clock.currentTimeMillis
  return new InitialAccessToken({
    id: InitialTokenId.make(`t${yield* freshText}`),
    hash: yield* freshHash,
    uses: 1,
    used: 0,
    createdAt: now,
    expiresAt: now + hour,
    ...changes
  })
})

/** A token that is stored, and the event of that. */
const issued = Effect.fnUntraced(function* (changes: Partial<InitialAccessToken> = {}) {
  const token = yield* freshToken(changes)
  const event = yield* freshEvent({ type: "initial_token.created" })
  yield* InitialAccessTokens.create(token, event)
  return { token, event }
})

/** A client that somebody would register by the token now. */
const registration = Effect.fnUntraced(function* (token: InitialAccessToken) {
  const client = yield* freshClient
  return { use: { tokenId: token.id, client, now: client.createdAt }, event: yield* createdEvent(client) }
})

type Registration = Effect.Success<ReturnType<typeof registration>>

const register = ({ event, use }: Registration) => InitialAccessTokens.register(use, event)

const revokedEvent = freshEvent({ type: "initial_token.revoked" })

const encode = Schema.encodeSync(InitialAccessToken)

const expectUsed = (token: InitialAccessToken, used: number, sentence: string) =>
  Effect.flatMap(InitialAccessTokens.find(token.id), (found) => {
    const expected = encode(new InitialAccessToken({ ...token, used }))
    return expectThat(found !== null && Equal.equals(encode(found), expected), sentence)
  })

/** Fails unless it is refused, and has made nothing and written nothing. */
const expectRefused = Effect.fnUntraced(function* (refused: Registration, sentence: string) {
  const failure = yield* expectFailure(register(refused), sentence)
  yield* expectThat(failure._tag === "RegistrationRefused", `${sentence}: it is refused, not ${failure._tag}`)
  yield* expectAbsent(refused.use.client.id, "nobody is registered")
  yield* expectEvents([refused.event], [], "what did not happen has no event")
})

const name = (operation: keyof typeof InitialAccessTokens) => `InitialAccessToken.${operation}`

const use = [name("create"), name("register"), name("find"), "Client.find"]

const uses = [
  law(
    "a use makes its client with its event, and is counted",
    use,
    Effect.gen(function* () {
      const { event, token } = yield* issued({ uses: 2 })
      yield* expectUsed(token, 0, "the token is stored as it was issued")
      const first = yield* registration(token)
      yield* register(first)
      yield* expectStored(first.use.client, "the client is there")
      yield* expectUsed(token, 1, "the use is counted")
      yield* expectEvents([event, first.event], [event, first.event], "both events are there")
    })
  ),
  law(
    "RFC 7591 §3: of 50 registrations at once by a token for 7, exactly 7 succeed",
    use,
    Effect.gen(function* () {
      const { token } = yield* issued({ uses: 7 })
      const tries = yield* Effect.forEach(Array.from({ length: 50 }), () => registration(token))
      const results = yield* Effect.forEach(
        tries,
        (one) =>
          register(one).pipe(
            Effect.as(true),
            Effect.catchTag("RegistrationRefused", () => Effect.succeed(false))
          ),
        { concurrency: "unbounded" }
      )
      const made = tries.filter((_, n) => results[n] === true)
      yield* expectThat(made.length === 7, `seven succeed, not ${made.length}`)
      yield* expectUsed(token, 7, "seven uses are counted")
      for (const one of tries) {
        const { client } = one.use
        yield* made.includes(one)
          ? expectStored(client, "whoever succeeded has a client")
          : expectAbsent(client.id, "whoever was refused has none")
      }
      const events: ReadonlyArray<AuditEvent> = made.map(({ event }) => event)
      yield* expectEvents(
        tries.map(({ event }) => event),
        events,
        "an event for each that succeeded"
      )
    })
  ),
  law(
    "the same registration again is the same: one client, one use, whatever came in between",
    [...use, name("revoke"), "Client.remove"],
    Effect.gen(function* () {
      const { token } = yield* issued({ uses: 2 })
      const first = yield* registration(token)
      yield* register(first)
      yield* register(first)
      yield* expectUsed(token, 1, "it is one use")
      yield* register(yield* registration(token))
      yield* register(first)
      yield* expectUsed(token, 2, "also after another use")
      yield* InitialAccessTokens.revoke(token.id, yield* revokedEvent)
      yield* register(first)
      const { id } = first.use.client
      yield* Clients.remove(id, yield* freshEvent({ type: "client.deleted", clientId: id }))
      yield* register(first)
      yield* expectAbsent(id, "and it does not bring back what was deleted since")
      yield* expectEvents([first.event], [first.event], "the event is there once")
    })
  ),
  law(
    "a token that is used up, has expired or was never issued makes nobody",
    use,
    Effect.gen(function* () {
      const { token } = yield* issued()
      yield* register(yield* registration(token))
      yield* expectRefused(yield* registration(token), "the token is used up")
      yield* expectUsed(token, 1, "a refused use is not counted")
      const now = yield* Clock.currentTimeMillis
      const { token: old } = yield* issued({ expiresAt: now })
      const late = yield* registration(old)
      yield* expectRefused({ ...late, use: { ...late.use, now } }, "its end has come")
      yield* expectUsed(old, 0, "a refused use is not counted")
      yield* expectRefused(yield* registration(yield* freshToken()), "nobody issued it")
    })
  ),
  law(
    "a client id that is taken is refused, and burns no use",
    use,
    Effect.gen(function* () {
      const { token } = yield* issued()
      const first = yield* freshClient
      yield* Clients.create(first, yield* createdEvent(first))
      const other = yield* registration(token)
      const client = new Client({ ...other.use.client, id: first.id })
      const refused = yield* expectFailure(register({ ...other, use: { ...other.use, client } }), "the id is taken")
      yield* expectThat(refused._tag === "RegistrationRefused", "it is refused")
      yield* expectStored(first, "the first client stands")
      yield* expectUsed(token, 0, "no use is counted")
      yield* expectEvents([other.event], [], "what did not happen has no event")
    })
  )
]

const administration = [
  law(
    "a revoked token makes nobody from then on, and what it made stays; revoked again it is the same",
    [...use, name("revoke")],
    Effect.gen(function* () {
      const { event: issue, token } = yield* issued({ uses: 5 })
      const first = yield* registration(token)
      yield* register(first)
      const event = yield* revokedEvent
      yield* InitialAccessTokens.revoke(token.id, event)
      yield* InitialAccessTokens.revoke(token.id, event)
      yield* expectRefused(yield* registration(token), "the token is revoked")
      yield* expectThat((yield* InitialAccessTokens.find(token.id)) === null, "the token is gone")
      yield* expectStored(first.use.client, "its client stays")
      yield* InitialAccessTokens.create(token, issue)
      yield* expectThat((yield* InitialAccessTokens.find(token.id)) === null, "an issue that comes again late is late")
      yield* expectEvents([event], [event], "the event is there once")
    })
  ),
  law(
    "a revocation of no token is refused and writes no event",
    [name("revoke")],
    Effect.gen(function* () {
      const { id } = yield* freshToken()
      const event = yield* revokedEvent
      const refused = yield* expectFailure(InitialAccessTokens.revoke(id, event), "there is no token")
      yield* expectThat(refused._tag === "InitialTokenGone", "it says that there is none")
      yield* expectEvents([event], [], "what did not happen has no event")
    })
  ),
  law(
    "of a revocation and a registration at once, what is answered is what happened",
    [...use, name("revoke")],
    Effect.gen(function* () {
      const { token } = yield* issued()
      const one = yield* registration(token)
      const event = yield* revokedEvent
      const [made] = yield* Effect.all(
        [
          register(one).pipe(
            Effect.as(true),
            Effect.catchTag("RegistrationRefused", () => Effect.succeed(false))
          ),
          InitialAccessTokens.revoke(token.id, event)
        ],
        { concurrency: "unbounded" }
      )
      const { client } = one.use
      yield* expectThat((yield* InitialAccessTokens.find(token.id)) === null, "the token is gone")
      yield* made ? expectStored(client, "the client was told") : expectAbsent(client.id, "nobody was told of a client")
      yield* expectEvents([event, one.event], made ? [event, one.event] : [event], "an event for each that succeeded")
    })
  ),
  law(
    "a list of tokens is in the order of ids, begins after `after` and has at most `limit`",
    [name("create"), name("list")],
    Effect.gen(function* () {
      const before = `t${(yield* freshText).slice(1)}`
      const ids = ["1", "2", "3"].map((last) => InitialTokenId.make(before + last))
      for (const id of ids.toReversed()) yield* issued({ id })
      const asked = (after: string, limit: number) =>
        Effect.map(InitialAccessTokens.list({ after, limit }), (tokens) => tokens.map(({ id }) => id))
      yield* expectThat(Equal.equals(yield* asked(before, 3), ids), "all three, in order")
      yield* expectThat(Equal.equals(yield* asked(`${before}1`, 1), ids.slice(1, 2)), "the one after the first")
    })
  )
]

export const initialAccessTokenLaws = [...uses, ...administration]
