/** Defect 13: the published keys do not follow the ring: an isolate shows for ever what it once read. */
import { Effect } from "effect"
import { copyLifetime, type KeyRing } from "../../../src/domain/SigningKey.ts"
import { MemoryProvider } from "../../../src/layers/test/MemoryProvider.ts"
import { act, CurrentCaller } from "../../../src/layers/test/kernel/World.ts"
import { currentRing, jwks } from "../../../src/services/flows/keys/Keys.ts"
import { rotateKeys } from "../../../src/services/flows/keys/RotateKeys.ts"
import { SigningKeys } from "../../../src/services/storage/SigningKeys.ts"
import { allVerify, publishAhead, signed, untilDue } from "../scenarios/KeyRotation.ts"
import { instead } from "./Instead.ts"
import { mutant } from "./Mutant.ts"

const isolateOf = Effect.withFiber((fiber) => Effect.succeed(fiber.getRef(CurrentCaller)?.memory ?? new Map()))

const layer = instead(SigningKeys, {
  copy: Effect.fnUntraced(function* () {
    const isolate = yield* isolateOf
    const ring = (isolate.get("ring") as KeyRing | undefined) ?? (yield* SigningKeys.ring())
    isolate.set("ring", ring)
    return ring
  })
})

const scenario = {
  setup: Effect.andThen(currentRing(), Effect.asVoid(untilDue)),
  clients: () => ({
    upkeep: Effect.andThen(
      rotateKeys(),
      Effect.andThen(Effect.sleep(publishAhead + 1_000), act("sign", signed("RS256")))
    ),
    client: Effect.andThen(
      act("jwks", jwks()),
      Effect.andThen(Effect.sleep(publishAhead + copyLifetime), act("jwks", jwks()))
    )
  }),
  oracles: [allVerify]
}

export const keysNeverReadAgain = mutant(import.meta.url, {
  of: "13",
  name: "the published keys do not follow the ring",
  killedBy: "Keys",
  within: 1_000,
  broken: { ...scenario, layer },
  sound: { ...scenario, layer: MemoryProvider }
})
