/** What isolates counted, in D1: one row for five minutes, written over after a day. */
import type { Effect } from "effect"
import type { Traffic, TrafficWindow } from "../../domain/Traffic.ts"
import { operations, Strong } from "./Consistency.ts"
import type { StorageError } from "./StorageError.ts"

export const Traffics = operations("Traffic", {
  /** Adds to a window. Whether a lost answer counted is not known, and not asked again: these are estimates. */
  add: Strong<(more: TrafficWindow) => Effect.Effect<void, StorageError>>({ kind: "increment", repeat: "never" }),
  /** The sum of the windows that began at a moment (milliseconds) or later. */
  since: Strong<(began: number) => Effect.Effect<Traffic, StorageError>>({ kind: "read" })
})
