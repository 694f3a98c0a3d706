/**
 * What real workerd answers to concurrent requests is possible in the model: with its objects evicted meanwhile, and
 * with all of it ended and begun anew in the middle of requests.
 *
 * Records and checks in one go; with `RECORD=1` it also keeps the recordings for the tests that have no workerd.
 */
import { afterAll, beforeAll, describe, expect, it } from "@effect/vitest"
import { Duration, Effect } from "effect"
import { RandomStream } from "../../../src/layers/test/RandomStream.ts"
import { type RunningProvider, startProvider } from "../../workerd/Provider.ts"
import { noAnswer, type Side } from "./Action.ts"
import { keep } from "./Kept.ts"
import { possible } from "./Possible.ts"
import { overlaps, record, type Recording, textOf } from "./Recording.ts"
import { cutsOff, type Round, rounds } from "./Rounds.ts"
import { makeUsers, prepare, wire } from "./Wire.ts"

const isKept = process.env["RECORD"] !== undefined

/** How often a round is recorded; one that cuts off is kept only if it did, which takes some tries. */
const timesOf = (round: Round): number => (cutsOff(round) ? (isKept ? 8 : 1) : 2)

let provider: RunningProvider
let side: Side

beforeAll(async () => {
  provider = await startProvider()
  await prepare(provider)
  // Some more than the rounds need, for one that is recorded again.
  side = wire(
    provider,
    await makeUsers(
      provider,
      rounds.reduce((sum, round) => sum + timesOf(round), 4)
    )
  )
  // Node has called objects until here; from here on they can be evicted one by one.
  await provider.evictObjects()
})

afterAll(() => provider?.close())

const chance = new RandomStream("pauses")

/** A few milliseconds by chance, so that requests meet in many ways; what is recorded does not depend on how long. */
const pause = Effect.suspend(() => Effect.sleep(chance.below(12)))

/**
 * The model's clock stands still while nobody waits. A recording in which workerd took so long that the grace of a
 * refresh token may have ended would say something about the machine: it is made again.
 */
const recorded = (round: Round): Effect.Effect<Recording, unknown> =>
  Effect.timed(record(round, side, pause)).pipe(
    Effect.repeat({ until: ([lasted]) => Duration.toSeconds(lasted) < 25, times: 3 }),
    Effect.map(([, recording]) => recording)
  )

describe("what workerd answers is possible in the model", () => {
  let together = 0

  it.live.each(rounds)(
    "$name",
    (round) =>
      Effect.gen(function* () {
        for (let time = 0; time < timesOf(round); time++) {
          const recording = yield* recorded(round)
          together += overlaps(recording)
          const verdict = yield* possible(recording)
          expect(verdict.possible, `${textOf(recording)}\n${JSON.stringify(verdict, null, 2)}`).toBe(true)
          const isWorthKeeping = !cutsOff(round) || recording.requests.some(({ outcome }) => outcome === noAnswer)
          if (!isKept || !isWorthKeeping) continue
          keep(recording)
          if (cutsOff(round)) break
        }
      }),
    // Only there to end what hangs: whoever keeps recordings begins workerd anew several times.
    120_000
  )

  it("and was asked by several at once", () => {
    expect(together).toBeGreaterThan(rounds.length)
  })
})
