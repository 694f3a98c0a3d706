/** What is counted and timed of storage, by names of which there are few. Exported once a minute by each isolate. */
import { Clock, Effect, Metric } from "effect"
import { slowCall } from "../../domain/Traffic.ts"

/** Milliseconds. One boundary is what a call may take, so that how many are slower is known exactly. */
export const boundaries = [5, 10, 25, slowCall, 100, 250, 1000, 5000]

/** Every storage operation: how often, how it ended, how long it took, its repetitions apart. */
export const operationTime = Metric.histogram("hapax.storage.duration", {
  description: "Storage operations by name and outcome, in milliseconds",
  boundaries
})

/** Calls of objects alone, whichever operation needs them. */
export const objectTime = Metric.histogram("hapax.object.duration", {
  description: "Calls of Durable Objects, in milliseconds",
  boundaries
})

/** Operations that write and failed after all repetitions. */
export const givenUp = Metric.counter("hapax.storage.given_up", {
  description: "Writes that storage did not take, after all repetitions",
  incremental: true
})

/** The effect, and how long it took, in the one histogram or in the other. */
export const timed = <A, E, R>(
  run: Effect.Effect<A, E, R>,
  answered: Metric.Histogram<number>,
  failed: Metric.Histogram<number> = answered
): Effect.Effect<A, E, R> =>
  Effect.flatMap(Clock.currentTimeMillis, (began) =>
    Effect.onExit(run, (exit) =>
      Effect.flatMap(Clock.currentTimeMillis, (now) =>
        Metric.update(exit._tag === "Success" ? answered : failed, now - began)
      )
    )
  )
