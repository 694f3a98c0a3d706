/** Whether each store answers, and how the public is told: which, and how fast in classes; never why not. */
import { Schema } from "effect"

/** The stores, in the order in which they are told of. `schema`: whether the database has all migrations. */
export const stores = ["accounts", "tickets", "limits", "keys", "database", "schema", "cache", "archive"] as const
export const Store = Schema.Literals(stores)
export type Store = typeof Store.Type

/** The newest migration of D1 that this code needs: the number of the last file in `migrations/`. */
export const newestMigration = 15

export class Check extends Schema.Class<Check>("Check")({
  store: Store,
  passed: Schema.Boolean,
  /** Milliseconds. */
  took: Schema.Int
}) {}

/** What was found when the stores were last asked, or asked for: `at` in milliseconds. */
export class HealthReport extends Schema.Class<HealthReport>("HealthReport")({
  at: Schema.Int,
  checks: Schema.Array(Check)
}) {}

/** How long an isolate tells the same, in milliseconds: however often it is asked, the stores are not. */
export const reportLifetime = 10_000

export const isFresh = (report: HealthReport, now: number): boolean => now < report.at + reportLifetime

/** `unknown` while the first request of an isolate is still asking. */
export const statusOf = ({ checks }: HealthReport): "pass" | "fail" | "unknown" => {
  if (checks.length === 0) return "unknown"
  return checks.every(({ passed }) => passed) ? "pass" : "fail"
}

/** In classes: a time to the millisecond tells whoever asks how much somebody else is doing. */
const classes = [
  { below: 50, name: "fast" },
  { below: 500, name: "slow" }
] as const

const classOf = (took: number): string => classes.find(({ below }) => took < below)?.name ?? "very slow"

/** What anybody may know. */
export const shown = (report: HealthReport) => ({
  status: statusOf(report),
  checks: Object.fromEntries(
    report.checks.map(({ passed, store, took }) => [
      store,
      { status: passed ? "pass" : "fail", latency: classOf(took) }
    ])
  )
})
