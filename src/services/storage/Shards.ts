/** How large the shards are, asked of each by one call. */
import { type Effect, Schema } from "effect"
import { CountPosition, type Measured } from "../../domain/ShardSize.ts"
import { Eventual, operations } from "./Consistency.ts"
import type { StorageError } from "./StorageError.ts"

/** Which shard, and where its count goes on; from the beginning if null. */
export class Measuring extends Schema.Class<Measuring>("Measuring")({
  /** Any id with its locator. */
  id: Schema.String,
  from: Schema.NullOr(CountPosition)
}) {}

const counted = {
  kind: "read",
  bound: "what was counted first is as old as the whole count takes: at once in a small shard, hours in a large one",
  because: "the numbers are shown to the operator and make alerts; nothing else is decided by them"
} as const

export const Shards = operations("Shard", {
  accounts: Eventual<(request: Measuring) => Effect.Effect<Measured, StorageError>>(counted),
  tickets: Eventual<(request: Measuring) => Effect.Effect<Measured, StorageError>>(counted),
  limiters: Eventual<(request: Measuring) => Effect.Effect<Measured, StorageError>>(counted)
})
