/** Numbers about the whole provider, in D1: counted by the upkeep, so that whoever looks reads a few rows. */
import type { Effect } from "effect"
import type { ShardSize } from "../../domain/ShardSize.ts"
import { Eventual, operations } from "./Consistency.ts"
import type { StorageError } from "./StorageError.ts"

/** How often something happened on one day. */
export interface DayCount {
  /** `2026-11-20`, UTC. */
  readonly day: string
  readonly type: string
  readonly events: number
}

/** How many clients there were, and when they were counted (milliseconds); null if that was never done. */
export type ClientCount = { readonly clients: number; readonly at: number } | null

const counted = {
  bound: "the upkeep's next run: five minutes, and an hour for shards and clients",
  because: "the numbers are shown to the operator and make alerts; nothing else is decided by them"
} as const

export const Statistics = operations("Statistic", {
  /** Of every shard that was measured. */
  shards: Eventual<() => Effect.Effect<ReadonlyArray<ShardSize>, StorageError>>({ kind: "read", ...counted }),
  /** Writes those that are newer than what is there. */
  saveShards: Eventual<(sizes: ReadonlyArray<ShardSize>) => Effect.Effect<void, StorageError>>({
    kind: "write",
    repeat: "idempotent",
    ...counted
  }),
  /** From that day on, in the order of the days. */
  days: Eventual<(since: string) => Effect.Effect<ReadonlyArray<DayCount>, StorageError>>({ kind: "read", ...counted }),
  clients: Eventual<() => Effect.Effect<ClientCount, StorageError>>({ kind: "read", ...counted }),
  /**
   * Counts events of the log that were not counted yet, at most `limit`, and none whose id is not before `until`: those
   * may still come. Says how many it counted. Each event is counted once, however often this is asked for.
   */
  countEvents: Eventual<
    (request: { readonly until: string; readonly limit: number }) => Effect.Effect<number, StorageError>
  >({ kind: "write", repeat: "idempotent", ...counted }),
  countClients: Eventual<(now: number) => Effect.Effect<void, StorageError>>({
    kind: "write",
    repeat: "idempotent",
    ...counted
  })
})
