/** Defect 13, third form: a key that signs no more is published no more, and what it signed last verifies nowhere. */
import { Effect } from "effect"
import { RotationRules } from "../../../src/domain/KeyRotation.ts"
import { MemoryProvider } from "../../../src/layers/test/MemoryProvider.ts"
import { act } from "../../../src/layers/test/kernel/World.ts"
import { currentRing, jwks } from "../../../src/services/flows/keys/Keys.ts"
import { rotateKeys } from "../../../src/services/flows/keys/RotateKeys.ts"
import { KeyRotation, SigningKeys } from "../../../src/services/storage/SigningKeys.ts"
import { allVerify, publishAhead, signed, untilDue } from "../scenarios/KeyRotation.ts"
import { instead } from "./Instead.ts"
import { mutant } from "./Mutant.ts"

const layer = instead(SigningKeys, {
  rotate: (request) =>
    SigningKeys.rotate(new KeyRotation({ ...request, rules: new RotationRules({ ...request.rules, retiredFor: 0 }) }))
})

const scenario = {
  setup: Effect.gen(function* () {
    yield* currentRing()
    yield* untilDue
    yield* rotateKeys()
  }),
  clients: () => ({
    verifier: Effect.andThen(Effect.sleep(publishAhead), act("jwks", jwks())),
    client: Effect.andThen(Effect.sleep(publishAhead - 1_000), act("sign", signed("RS256")))
  }),
  oracles: [allVerify]
}

export const removedEarly = mutant(import.meta.url, {
  of: "13c",
  name: "a retired key is removed early",
  killedBy: "Keys",
  within: 1_000,
  broken: { ...scenario, layer },
  sound: { ...scenario, layer: MemoryProvider }
})
