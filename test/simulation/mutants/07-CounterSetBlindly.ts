/**
 * Defect 7: a passkey's counter is read and compared in the Worker, and set in another call whatever it is by then. Of
 * an authenticator and its clone that show one counter at once, both are let in.
 */
import { Effect, Result } from "effect"
import { advance, Passkey } from "../../../src/domain/Passkey.ts"
import { openStep } from "../../../src/layers/objects/SessionSteps.ts"
import { act } from "../../../src/layers/test/kernel/World.ts"
import { MemoryProvider } from "../../../src/layers/test/MemoryProvider.ts"
import { counter } from "../../../src/layers/test/oracles/Counter.ts"
import { Passkeys } from "../../../src/services/storage/Passkeys.ts"
import { Sessions } from "../../../src/services/storage/Sessions.ts"
import { signedInBy, signInByPasskey, withPasskey, type WithPasskey } from "../PasskeyScene.ts"
import { instead, withSteps } from "./Instead.ts"
import { mutant } from "./Mutant.ts"

/** Sets the counter, and compares nothing. */
const blind = withSteps(() => ({
  "Session.open": {
    ...openStep,
    run: (tx, { passkey: use, ...request }) => {
      const opened = openStep.run(tx, request)
      const stored = use && tx.passkeys.get(request.session.userId, use.credentialId)
      if (use !== undefined && stored !== undefined && Result.isSuccess(opened)) {
        tx.passkeys.put(new Passkey({ ...stored, signCount: use.signCount }))
      }
      return opened
    }
  }
}))

/** Compares with what was there a moment ago. */
const layer = instead(
  Sessions,
  {
    open: Effect.fnUntraced(function* (request) {
      const { passkey: use, session } = request
      if (use !== undefined) {
        const found = yield* Passkeys.find({ userId: session.userId, credentialId: use.credentialId })
        if (found !== null) yield* Effect.fromResult(advance(found.passkey, use, session.createdAt))
      }
      return yield* Sessions.open(request)
    })
  },
  blind
)

const scenario = {
  setup: withPasskey(5),
  clients: ({ first, second }: WithPasskey) => ({
    person: act("login", signInByPasskey(first, 6)),
    thief: act("login", signInByPasskey(second, 6))
  }),
  // By what people were told: of the defect's own calls one stands within another.
  oracles: [counter({ of: (action) => (signedInBy(action) === undefined ? undefined : { key: "Alice’s", value: 6 }) })]
}

export const counterSetBlindly = mutant(import.meta.url, {
  of: "7",
  name: "a passkey's counter is updated blindly",
  killedBy: "Counter",
  within: 1_000,
  broken: { ...scenario, layer },
  sound: { ...scenario, layer: MemoryProvider }
})
