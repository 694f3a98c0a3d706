/** Ending all sessions of a user in more than one call: the look at which there are, and one call for each. */
import { Effect, Exit } from "effect"
import type { SecretHash, UserId } from "../../../src/domain/Ids.ts"
import { ofUser } from "../../../src/domain/Locator.ts"
import { isLive, type Session } from "../../../src/domain/Session.ts"
import { MemoryWorld } from "../../../src/layers/test/Memory.ts"
import { TestWorld } from "../../../src/layers/test/kernel/World.ts"

/** The live sessions of a user after one of them, in the order of their hashes. */
export const sessionsAfter = Effect.fnUntraced(function* (userId: UserId, hash: string) {
  const { accounts } = yield* MemoryWorld
  const world = yield* TestWorld
  const execute = (now: number): Exit.Exit<ReadonlyArray<Session>> => {
    const sessions = accounts.objects.get(ofUser(userId))?.rows.get("sessions")?.values() ?? []
    return Exit.succeed(
      (sessions as ReadonlyArray<Session>).filter(
        (session) => session.userId === userId && session.hash > hash && isLive(session, now)
      )
    )
  }
  const place = `AccountObject ${ofUser(userId)}`
  return yield* world.call({ place, operation: "SELECT sessions", execute, befalls: [] })
})

export const endOne = (userId: UserId, hash: SecretHash) =>
  MemoryWorld.use(({ accounts }) => accounts.call("Session.end", userId, { userId, hash }))
