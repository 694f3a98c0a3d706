/**
 * What an isolate has counted since it began, as OTLP/HTTP takes it, in JSON: cumulative sums and histograms.
 * OpenTelemetry Protocol 1.x, `ExportMetricsServiceRequest`.
 */
import type { Metric } from "effect"
import type { Resource } from "./OtlpExporter.ts"

/** From when to when, in milliseconds. */
export interface Span {
  readonly from: number
  readonly to: number
}

/** Since the beginning, and not since the last time. */
const cumulative = 2

const nanos = (milliseconds: number): string => `${milliseconds}000000`

/** Metrics of our own: what libraries count is theirs. */
const isOurs = ({ id }: Metric.Metric.Snapshot): boolean => id.startsWith("hapax.")

export const metricsToOtlp = (snapshot: ReadonlyArray<Metric.Metric.Snapshot>, resource: Resource, span: Span) => ({
  resourceMetrics: [
    {
      resource,
      scopeMetrics: [{ scope: { name: "hapax" }, metrics: snapshot.filter(isOurs).flatMap((one) => encode(one, span)) }]
    }
  ]
})

const encode = (metric: Metric.Metric.Snapshot, { from, to }: Span): ReadonlyArray<object> => {
  const point = {
    attributes: Object.entries(metric.attributes ?? {}).map(([key, value]) => ({ key, value: { stringValue: value } })),
    startTimeUnixNano: nanos(from),
    timeUnixNano: nanos(to)
  }
  const named = { name: metric.id, description: metric.description ?? "" }
  if (metric.type === "Counter") {
    const sum = { aggregationTemporality: cumulative, isMonotonic: true }
    return [{ ...named, sum: { ...sum, dataPoints: [{ ...point, asInt: String(metric.state.count) }] } }]
  }
  if (metric.type !== "Histogram") return []
  const { buckets, count, sum } = metric.state
  const { bounds, counts } = partsOf(buckets, count)
  const data = { ...point, count: String(count), sum, explicitBounds: bounds, bucketCounts: counts.map(String) }
  return [{ ...named, unit: "ms", histogram: { aggregationTemporality: cumulative, dataPoints: [data] } }]
}

/** Effect counts what is at most a boundary, OTLP what lies between two of them. */
const partsOf = (buckets: ReadonlyArray<readonly [number, number]>, count: number) => {
  const finite = buckets.filter(([boundary]) => Number.isFinite(boundary))
  const upTo = [0, ...finite.map(([, value]) => value), count]
  return {
    bounds: finite.map(([boundary]) => boundary),
    counts: upTo.slice(1).map((value, index) => value - (upTo[index] ?? 0))
  }
}
