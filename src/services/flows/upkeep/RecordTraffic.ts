/** An isolate adds what it has counted to what all have. */
import { Clock, Effect } from "effect"
import { type Traffic, TrafficWindow, windowOf } from "../../../domain/Traffic.ts"
import { Traffics } from "../../storage/Traffics.ts"

/** Not repeated: what may have been counted is not counted twice. */
export const recordTraffic = Effect.fn("RecordTraffic")(function* (traffic: Traffic) {
  yield* Traffics.add(new TrafficWindow({ began: windowOf(yield* Clock.currentTimeMillis), traffic }))
})
