/** What an isolate's metrics add up to, and what came between two looks at them. */
import type { Metric } from "effect"
import { slowCall, type Traffic } from "../../../domain/Traffic.ts"
import type { DataPoints } from "../Bindings.ts"

/** Of one storage operation and outcome. */
interface OperationTotal {
  readonly operation: string
  readonly outcome: string
  readonly calls: number
  /** Milliseconds. */
  readonly took: number
}

export interface Totals {
  readonly traffic: Traffic
  readonly operations: ReadonlyMap<string, OperationTotal>
}

type Snapshot = ReadonlyArray<Metric.Metric.Snapshot>

const histograms = (snapshot: Snapshot, id: string) =>
  snapshot.flatMap((metric) => (metric.id === id && metric.type === "Histogram" ? [metric] : []))

const attribute = (metric: Metric.Metric.Snapshot, name: string): string => String(metric.attributes?.[name] ?? "")

export const totalsOf = (snapshot: Snapshot): Totals => {
  const requests = histograms(snapshot, "hapax.request.duration").filter((one) => attribute(one, "kind") === "request")
  const objects = histograms(snapshot, "hapax.object.duration")
  const counts = (of: typeof requests) => of.reduce((sum, { state }) => sum + state.count, 0)
  const fast = objects.reduce(
    (sum, { state }) => sum + (state.buckets.find(([most]) => most === slowCall)?.[1] ?? 0),
    0
  )
  const givenUp = snapshot.reduce(
    (sum, metric) =>
      metric.id === "hapax.storage.given_up" && metric.type === "Counter" ? sum + Number(metric.state.count) : sum,
    0
  )
  const operations = histograms(snapshot, "hapax.storage.duration").map((metric) => {
    const total = { operation: attribute(metric, "operation"), outcome: attribute(metric, "outcome") }
    return [
      `${total.operation} ${total.outcome}`,
      { ...total, calls: metric.state.count, took: metric.state.sum }
    ] as const
  })
  return {
    traffic: {
      requests: counts(requests),
      failures: counts(requests.filter((one) => attribute(one, "status").startsWith("5"))),
      givenUp,
      objectCalls: counts(objects),
      slowObjectCalls: counts(objects) - fast
    },
    operations: new Map(operations)
  }
}

export const trafficBetween = (before: Totals, after: Totals): Traffic => ({
  requests: after.traffic.requests - before.traffic.requests,
  failures: after.traffic.failures - before.traffic.failures,
  givenUp: after.traffic.givenUp - before.traffic.givenUp,
  objectCalls: after.traffic.objectCalls - before.traffic.objectCalls,
  slowObjectCalls: after.traffic.slowObjectCalls - before.traffic.slowObjectCalls
})

/** So many points at most in one invocation: the platform drops more of them. */
const most = 200

/** A point for each operation that was asked for in between: how often, and how long all of it took. */
export const writePoints = (metrics: DataPoints, before: Totals, after: Totals): void => {
  for (const [key, total] of [...after.operations].slice(0, most)) {
    const calls = total.calls - (before.operations.get(key)?.calls ?? 0)
    if (calls === 0) continue
    metrics.writeDataPoint({
      indexes: [total.operation],
      blobs: ["operation", total.operation, total.outcome],
      doubles: [calls, total.took - (before.operations.get(key)?.took ?? 0)]
    })
  }
}
