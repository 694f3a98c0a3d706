/** What whoever counts traffic keeps: nothing is lost of what was added at the same time, and a day writes over. */
import { Clock, Effect, Equal } from "effect"
import { noTraffic, slots, sum, type Traffic, TrafficWindow, windowLength, windowOf } from "../../domain/Traffic.ts"
import { expectThat, law } from "./Law.ts"
import { Traffics } from "./Traffics.ts"

const both = ["Traffic.add", "Traffic.since"]

const traffic: Traffic = { requests: 10, failures: 1, givenUp: 2, objectCalls: 20, slowObjectCalls: 3 }

/** A window later than all in which anything was counted. */
const freshWindow = Effect.gen(function* () {
  let began = windowOf(yield* Clock.currentTimeMillis)
  while ((yield* Traffics.since(began)).requests > 0) began += slots * windowLength
  return began
})

/** What a window holds more after than before. */
const addedTo = <A, E, R>(began: number, adding: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const before = yield* Traffics.since(began)
    yield* adding
    const after = yield* Traffics.since(began)
    return Object.fromEntries(
      Object.entries(after).map(([name, count]) => [name, count - before[name as keyof Traffic]])
    )
  })

export const trafficLaws = [
  law(
    "what ten isolates add at the same time is summed",
    both,
    Effect.gen(function* () {
      const began = yield* freshWindow
      const add = Traffics.add(new TrafficWindow({ began, traffic }))
      const more = yield* addedTo(
        began,
        Effect.all(
          Array.from({ length: 10 }, () => add),
          { concurrency: "unbounded" }
        )
      )
      const ten = Array.from({ length: 10 }, () => traffic).reduce(sum, noTraffic)
      yield* expectThat(Equal.equals(more, ten), "ten times as much is there")
    })
  ),
  law(
    "a day later the row begins anew, and what comes too late for its window is left out",
    both,
    Effect.gen(function* () {
      const began = (yield* freshWindow) + slots * windowLength
      const late = new TrafficWindow({ began: began - slots * windowLength, traffic })
      yield* Traffics.add(late)
      const more = yield* addedTo(
        began,
        Traffics.add(new TrafficWindow({ began, traffic })).pipe(Effect.andThen(Traffics.add(late)))
      )
      yield* expectThat(Equal.equals(more, traffic), "only what came within the window counts")
    })
  )
]
