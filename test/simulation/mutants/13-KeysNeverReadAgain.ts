/** Defect 13: the published keys do not follow the ring: an isolate shows for ever what it once read. */
import { Clock, Effect } from "effect"
import type { KeyRing } from "../../../src/domain/SigningKey.ts"
import { copyLifetime, SigningKey } from "../../../src/domain/SigningKey.ts"
import { MemoryProvider } from "../../../src/layers/test/MemoryProvider.ts"
import { act, CurrentCaller } from "../../../src/layers/test/kernel/World.ts"
import { valueOf } from "../../../src/layers/test/oracles/Answer.ts"
import { keys } from "../../../src/layers/test/oracles/Keys.ts"
import { ofNamed } from "../../../src/layers/test/oracles/Of.ts"
import { currentRing, jwks, signingKey } from "../../../src/services/flows/Keys.ts"
import { Signer } from "../../../src/services/ports/Signer.ts"
import { retried } from "../../../src/services/storage/Retry.ts"
import { SigningKeys } from "../../../src/services/storage/SigningKeys.ts"
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

/** Published for as long as copies and clients may lag, and then it signs. */
const lead = 2 * copyLifetime

const rotate = Effect.gen(function* () {
  const ring = yield* SigningKeys.ring()
  const [before] = ring.keys
  const now = yield* Clock.currentTimeMillis
  if (before === undefined) return yield* Effect.die("the set-up made no keys")
  const next = new SigningKey({ ...before, kid: "next", publishedFrom: now, signsFrom: now + lead })
  yield* retried(SigningKeys.install)({ expected: ring.version, keys: [next] })
  return before.alg
})

const signed = Effect.fnUntraced(function* (alg: SigningKey["alg"]) {
  const key = yield* signingKey(alg)
  return yield* Signer.use((signer) => signer.sign(key, "JWT", {}))
})

const kidOf = (token: string): string =>
  (JSON.parse(Buffer.from(token.split(".")[0] ?? "", "base64url").toString()) as { readonly kid: string }).kid

const scenario = {
  setup: currentRing(),
  clients: () => ({
    operator: Effect.flatMap(rotate, (alg) => Effect.andThen(Effect.sleep(lead + 1_000), act("sign", signed(alg)))),
    client: Effect.andThen(act("jwks", jwks()), Effect.andThen(Effect.sleep(lead + copyLifetime), act("jwks", jwks())))
  }),
  oracles: [
    keys({
      tokens: ofNamed("sign", (action) => valueOf(action) as string | undefined),
      jwks: ofNamed("jwks", valueOf),
      verifies: (token, shown) =>
        (shown as Effect.Success<ReturnType<typeof jwks>>).keys.some(({ kid }) => kid === kidOf(token)),
      heldMillis: copyLifetime
    })
  ]
}

export const keysNeverReadAgain = mutant(import.meta.url, {
  of: "13",
  name: "the published keys do not follow the ring",
  killedBy: "Keys",
  within: 1_000,
  broken: { ...scenario, layer },
  sound: { ...scenario, layer: MemoryProvider }
})
