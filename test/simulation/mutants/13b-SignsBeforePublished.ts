/** Defect 13, second form: a new key signs as soon as it is made, while clients keep the keys of before. */
import { Effect } from "effect"
import { RotationRules } from "../../../src/domain/KeyRotation.ts"
import { MemoryProvider } from "../../../src/layers/test/MemoryProvider.ts"
import { act } from "../../../src/layers/test/kernel/World.ts"
import { currentRing, jwks } from "../../../src/services/flows/keys/Keys.ts"
import { rotateKeys } from "../../../src/services/flows/keys/RotateKeys.ts"
import { KeyRotation, SigningKeys } from "../../../src/services/storage/SigningKeys.ts"
import { allVerify, signed, untilDue } from "../scenarios/KeyRotation.ts"
import { instead } from "./Instead.ts"
import { mutant } from "./Mutant.ts"

const layer = instead(SigningKeys, {
  rotate: (request) =>
    SigningKeys.rotate(new KeyRotation({ ...request, rules: new RotationRules({ ...request.rules, publishAhead: 0 }) }))
})

const scenario = {
  setup: Effect.andThen(currentRing(), Effect.asVoid(untilDue)),
  clients: () => ({
    upkeep: Effect.andThen(rotateKeys(), Effect.andThen(Effect.sleep(1_000), act("sign", signed("RS256")))),
    client: act("jwks", jwks())
  }),
  oracles: [allVerify]
}

export const signsBeforePublished = mutant(import.meta.url, {
  of: "13b",
  name: "the next key signs before it was published long enough",
  killedBy: "Keys",
  within: 1_000,
  broken: { ...scenario, layer },
  sound: { ...scenario, layer: MemoryProvider }
})
