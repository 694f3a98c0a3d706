/** A wrong repair: a counter that does not grow is refused, 0 too. Passkeys that sync say 0 for ever. */
import { Result } from "effect"
import { PasskeyRefused } from "../../../src/domain/Passkey.ts"
import { openStep } from "../../../src/layers/objects/SessionSteps.ts"
import { MemoryProvider } from "../../../src/layers/test/MemoryProvider.ts"
import { act } from "../../../src/layers/test/kernel/World.ts"
import { goodIsLetIn, signInByPasskey, withPasskey, type WithPasskey } from "../PasskeyScene.ts"
import { withSteps } from "./Instead.ts"
import { mutant } from "./Mutant.ts"

const layer = withSteps(() => ({
  "Session.open": {
    ...openStep,
    run: (tx, request) => {
      const { passkey: use, session } = request
      const stored = use && tx.passkeys.get(session.userId, use.credentialId)
      return use !== undefined && stored !== undefined && use.signCount <= stored.signCount
        ? Result.fail(new PasskeyRefused({ reason: "clone" }))
        : openStep.run(tx, request)
    }
  }
}))

const scenario = {
  setup: withPasskey(0),
  clients: ({ first }: WithPasskey) => ({ person: act("login", signInByPasskey(first, 0)) }),
  oracles: [goodIsLetIn]
}

export const zeroIsRefused = mutant(import.meta.url, {
  of: "W4",
  name: "a passkey's counter that does not grow is refused",
  killedBy: "No burn",
  within: 10,
  broken: { ...scenario, layer },
  sound: { ...scenario, layer: MemoryProvider }
})
