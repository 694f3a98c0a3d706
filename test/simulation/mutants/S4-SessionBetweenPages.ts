/** Subtle: sessions are ended page by page. One opened before the page at hand is missed, one after it is not. */
import { Effect } from "effect"
import { SecretHash } from "../../../src/domain/Ids.ts"
import { MemoryProvider } from "../../../src/layers/test/MemoryProvider.ts"
import { act } from "../../../src/layers/test/kernel/World.ts"
import { withPast } from "../../../src/layers/test/oracles/specs/Past.ts"
import { providerLinearizable } from "../../../src/layers/test/oracles/specs/ProviderSpecification.ts"
import { Sessions } from "../../../src/services/storage/Sessions.ts"
import { retried } from "../../../src/services/storage/Retry.ts"
import { anotherSession, freshUser, freshAttempt } from "../../../src/services/storage/World.laws.ts"
import { instead } from "./Instead.ts"
import { mutant } from "./Mutant.ts"
import { endOne, sessionsAfter } from "./SessionsOneByOne.ts"

const layer = instead(Sessions, {
  endMany: Effect.fnUntraced(function* ({ userId }) {
    let ended = 0
    let cursor = ""
    for (;;) {
      const [next] = yield* sessionsAfter(userId, cursor)
      if (next === undefined) return ended
      yield* endOne(userId, next.hash)
      cursor = next.hash
      ended++
    }
  })
})

/** Hashes in the order of the alphabet. */
const at = (letter: string) => ({ hash: SecretHash.make(letter.repeat(43)) })

const setup = withPast(
  Effect.gen(function* () {
    const user = yield* freshUser
    yield* anotherSession(user.id, at("M"))
    return { user }
  })
)

const scenario = {
  setup,
  clients: ({ user }: Effect.Success<typeof setup>) => ({
    operator: Effect.andThen(
      act(
        "sign out everywhere",
        Effect.flatMap(freshAttempt, (attempt) => retried(Sessions.endMany)({ attempt, userId: user.id, which: "all" }))
      ),
      act("look", Sessions.find({ userId: user.id, ...at("A") }))
    ),
    user: Effect.andThen(act("open", anotherSession(user.id, at("A"))), act("open", anotherSession(user.id, at("Z"))))
  }),
  oracles: [providerLinearizable()]
}

export const sessionBetweenPages = mutant(import.meta.url, {
  of: "S4",
  name: "a session that is opened between two pages is not ended",
  killedBy: "Linearizable",
  within: 1_000,
  broken: { ...scenario, layer },
  sound: { ...scenario, layer: MemoryProvider }
})
