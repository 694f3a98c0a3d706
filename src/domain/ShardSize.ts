/**
 * How large a shard is: bytes at once, rows by a count that goes on where it stopped.
 *
 * Counting reads every row, so an object counts some at a time and other calls come in between. What a whole count
 * says is therefore as old as its beginning, and right for each part at the moment when that was counted.
 */
import { Schema } from "effect"
import { Locator } from "./Locator.ts"

/** The classes of objects that are shards. */
export const ShardClass = Schema.Literals(["account", "ticket", "limiter"])
export type ShardClass = typeof ShardClass.Type

/** Rows of one table: all of them, and those whose time is not over. */
export const RowCount = Schema.Struct({ rows: Schema.Int, live: Schema.Int })
export type RowCount = typeof RowCount.Type

export const RowCounts = Schema.Record(Schema.String, RowCount)
export type RowCounts = typeof RowCounts.Type

/** Where a count goes on: a table by its name, and the key after which it looks. */
export const CountPosition = Schema.Struct({ table: Schema.String, after: Schema.Array(Schema.String) })
export type CountPosition = typeof CountPosition.Type

/** What an object says: its size now, and what it counted this time. */
export class Measured extends Schema.Class<Measured>("Measured")({
  bytes: Schema.Int,
  counted: RowCounts,
  /** Null when the last table is done. */
  next: Schema.NullOr(CountPosition)
}) {}

/** What is known of a shard. Times in milliseconds. */
export class ShardSize extends Schema.Class<ShardSize>("ShardSize")({
  kind: ShardClass,
  shard: Locator,
  bytes: Schema.Int,
  /** When the bytes were read. */
  at: Schema.Int,
  /** The last count that came to its end, and when that began; null before the first. */
  counts: RowCounts,
  countedAt: Schema.NullOr(Schema.Int),
  /** The count that is under way: since when, where it is, and what it has so far. */
  counting: Schema.NullOr(Schema.Struct({ since: Schema.Int, next: CountPosition, sofar: RowCounts }))
}) {}

/** A shard that was never measured. */
export const unmeasured = (kind: ShardClass, shard: Locator): ShardSize =>
  new ShardSize({ kind, shard, bytes: 0, at: 0, counts: {}, countedAt: null, counting: null })

/** The shard after it was measured at `now`. */
export const measured = (before: ShardSize, { bytes, counted, next }: Measured, now: number): ShardSize => {
  const since = before.counting?.since ?? now
  const sofar = sum(before.counting?.sofar ?? {}, counted)
  return next === null
    ? new ShardSize({ ...before, bytes, at: now, counts: sofar, countedAt: since, counting: null })
    : new ShardSize({ ...before, bytes, at: now, counting: { since, next, sofar } })
}

const sum = (one: RowCounts, other: RowCounts): RowCounts => {
  const added = Object.entries(other).map(([table, { live, rows }]) => {
    const before = Object.hasOwn(one, table) ? one[table] : undefined
    return [table, { rows: (before?.rows ?? 0) + rows, live: (before?.live ?? 0) + live }] as const
  })
  return { ...one, ...Object.fromEntries(added) }
}

/** How long a whole count of a shard is good for, in milliseconds. */
export const countsAreGoodFor = 3_600_000

/** Whether a shard is to be asked again: it is being counted, or the last time is long ago. */
export const isDue = ({ at, counting, countedAt }: ShardSize, now: number): boolean =>
  counting !== null || countedAt === null || now - Math.max(at, countedAt) >= countsAreGoodFor
