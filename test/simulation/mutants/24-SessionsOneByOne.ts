/** Defect 24: the sessions of a user are ended one call at a time; cut off in between, some are left. */
import { Effect, Exit } from "effect"
import { MemoryProvider } from "../../../src/layers/test/MemoryProvider.ts"
import { act } from "../../../src/layers/test/kernel/World.ts"
import type { Oracle } from "../../../src/layers/test/Scenario.ts"
import { Sessions } from "../../../src/services/storage/Sessions.ts"
import { retried } from "../../../src/services/storage/Retry.ts"
import { anotherSession, keyOf, signedIn, freshAttempt } from "../../../src/services/storage/World.laws.ts"
import type { Provider } from "../Scene.ts"
import { instead } from "./Instead.ts"
import { mutant } from "./Mutant.ts"
import { endOne, sessionsAfter } from "./SessionsOneByOne.ts"

const layer = instead(Sessions, {
  endMany: Effect.fnUntraced(function* ({ userId }) {
    const sessions = yield* sessionsAfter(userId, "")
    for (const { hash } of sessions) yield* endOne(userId, hash)
    return sessions.length
  })
})

const setup = Effect.gen(function* () {
  const { session, user } = yield* signedIn
  return { user, sessions: [session, yield* anotherSession(user.id), yield* anotherSession(user.id)] }
})

type Scene = Effect.Success<typeof setup>

const allOrNone: Oracle<Scene, Provider> = {
  name: "All or none",
  judge: ({ ask, scene: { sessions } }) => {
    const left = sessions.filter((session) => {
      const found = ask(Sessions.find(keyOf(session)))
      return Exit.isSuccess(found) && found.value !== null
    })
    const isWhole = left.length === 0 || left.length === sessions.length
    return isWhole ? undefined : `${left.length} of ${sessions.length} sessions are left`
  }
}

const scenario = {
  setup,
  clients: ({ user }: Scene) => ({
    operator: act(
      "sign out everywhere",
      Effect.flatMap(freshAttempt, (attempt) => retried(Sessions.endMany)({ attempt, userId: user.id, which: "all" }))
    )
  }),
  oracles: [allOrNone],
  faults: ["overload", "disconnect", "lost request", "late execution", "restart"]
} as const

export const sessionsOneByOne = mutant(import.meta.url, {
  of: "24",
  name: "sessions are ended one call at a time",
  killedBy: "All or none",
  within: 100,
  broken: { ...scenario, layer },
  sound: { ...scenario, layer: MemoryProvider }
})
