/**
 * Defect 24 mended badly: all sessions end in one transaction, which does not know whose attempt it is. Executed again
 * and late, it signs out who has signed in since.
 */
import { Result } from "effect"
import { ended, isLive, isMeant } from "../../../src/domain/Session.ts"
import { MemoryProvider } from "../../../src/layers/test/MemoryProvider.ts"
import { besideALogin } from "../scenarios/OwnSessions.ts"
import { withSteps } from "./Instead.ts"
import { mutant } from "./Mutant.ts"

const layer = withSteps((sound) => ({
  "Session.endMany": {
    ...sound["Session.endMany"],
    run: (tx, { userId, which }) => {
      const meant = tx.sessions.under(userId).filter((one) => isLive(one, tx.now) && isMeant(which, one))
      for (const session of meant) {
        tx.sessions.put(ended(session, tx.now))
        tx.audit({ type: "session.ended", userId, sid: session.sid })
      }
      return Result.succeed(meant.length)
    }
  }
}))

const scenario = { ...besideALogin, faults: ["late execution"] } as const

export const endedAgainLater = mutant(import.meta.url, {
  of: "24c",
  name: "sessions are ended by a transaction that may come again later",
  killedBy: "Durability",
  within: 1_000,
  broken: { ...scenario, layer },
  sound: { ...scenario, layer: MemoryProvider }
})
