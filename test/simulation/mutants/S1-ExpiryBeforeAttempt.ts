/** Subtle: the code's age is looked at before the attempt. A repetition that comes after the minute has no answer. */
import { Effect, Result } from "effect"
import { CodeRefused } from "../../../src/domain/AuthorizationCode.ts"
import { defaults } from "../../../src/domain/Lifetime.ts"
import { InvalidGrant } from "../../../src/domain/OAuthError.ts"
import { MemoryProvider } from "../../../src/layers/test/MemoryProvider.ts"
import type { History } from "../../../src/layers/test/kernel/History.ts"
import { act } from "../../../src/layers/test/kernel/World.ts"
import { noBurn } from "../../../src/layers/test/oracles/NoBurn.ts"
import { redeem, withCode, type WithCode } from "../Scene.ts"
import { withSteps } from "./Instead.ts"
import { mutant } from "./Mutant.ts"

const layer = withSteps(({ "AuthorizationCode.redeem": sound }) => ({
  "AuthorizationCode.redeem": {
    ...sound,
    run: (tx, request) => {
      const found = tx.grants.get(request.grantId)
      return found !== undefined && tx.now >= found.codeExpiresAt
        ? Result.fail(new CodeRefused({ reason: "expired" }))
        : sound.run(tx, request)
    }
  }
}))

/** Ten milliseconds before the code expires; whoever asks again waits for longer than that. */
const nearlyTooLate = defaults.authorizationCode - 10

const isInTime = ({ operations }: History, { session }: WithCode): boolean =>
  operations.some(
    ({ call, executedAt = Number.POSITIVE_INFINITY }) =>
      call.operation === "AuthorizationCode.redeem" && executedAt < session.createdAt + defaults.authorizationCode
  )

const scenario = {
  setup: withCode,
  clients: (scene: WithCode) => ({ client: Effect.andThen(Effect.sleep(nearlyTooLate), act("redeem", redeem(scene))) }),
  oracles: [
    noBurn<WithCode>({
      thing: "code",
      of: () => "of the user",
      refused: (error) => error instanceof InvalidGrant,
      // A redemption that came too late is refused by right.
      unless: ({ history, scene }) => !isInTime(history, scene)
    })
  ],
  faults: ["lost reply", "lost request", "restart"]
} as const

export const expiryBeforeAttempt = mutant(import.meta.url, {
  of: "S1",
  name: "a code's age is looked at before the attempt",
  killedBy: "No burn",
  within: 100,
  broken: { ...scenario, layer },
  sound: { ...scenario, layer: MemoryProvider }
})
