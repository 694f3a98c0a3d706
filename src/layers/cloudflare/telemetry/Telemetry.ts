/**
 * What an isolate tells of its requests: a point each in Analytics Engine, spans and metrics by OTLP, and once a minute
 * what it has counted. All of it after the answer, and none of it can fail one. docs/decisions/0036-observability.md.
 */
import { Context, Effect, Metric, Tracer } from "effect"
import { noTraffic, type Traffic } from "../../../domain/Traffic.ts"
import { type Cost, CurrentCost, zero } from "../../../services/ports/Cost.ts"
import { boundaries } from "../../../services/storage/Measured.ts"
import type { DataPoints } from "../Bindings.ts"
import { totalsOf, trafficBetween, type Totals, writePoints } from "./IsolateTotals.ts"
import { makeExporter, resourceOf } from "./OtlpExporter.ts"
import { metricsToOtlp } from "./OtlpMetrics.ts"
import { spansToOtlp } from "./OtlpSpans.ts"
import { type RequestTrace, startTrace } from "./RequestTrace.ts"
import type { OtlpSettings } from "./TelemetrySettings.ts"

const requestTime = Metric.histogram("hapax.request.duration", {
  description: "Requests by endpoint, method and status, in milliseconds",
  boundaries
})

/** One request, batch of the queue, turn of the cron or command of the operator. */
export interface Observation {
  readonly cost: Cost
  readonly trace: RequestTrace
  readonly began: number
  /** What it runs in. */
  readonly context: Context.Context<never>
}

/** How it ended. `name` is of few: a route's path, a queue, `upkeep`. */
export interface Ended {
  readonly kind: "request" | "queue" | "upkeep" | "operator"
  readonly name: string
  readonly method: string
  readonly status: number
}

/** Keeps what was counted; told once a minute. */
export type Record = (traffic: Traffic) => Promise<void>

/** How often an isolate tells what it has counted, in milliseconds; sooner if something failed. */
const interval = 60_000
const soonest = 10_000

/** Methods that have a name; whatever else somebody invents is one. */
const methods = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])

export const makeTelemetry = (
  metrics: DataPoints,
  otlp: OtlpSettings | null,
  issuer: string,
  registry: Context.Context<never>
) => {
  const exporter = otlp === null ? undefined : makeExporter(otlp)
  const resource = resourceOf(issuer, crypto.randomUUID())
  const from = Date.now()
  let told: Totals = totalsOf([])
  let toldAt = from

  const begin = (): Observation => {
    const cost = zero()
    const trace = startTrace()
    const context = Context.make(CurrentCost, cost).pipe(Context.add(Tracer.Tracer, trace.tracer))
    return { cost, trace, began: Date.now(), context }
  }

  /** What is to be known of every one, at once: a point, and the isolate's counts. */
  const note = ({ began, cost }: Observation, { kind, method, name, status }: Ended, now: number) => {
    const verb = methods.has(method) ? method : "other"
    const attributes = { kind, endpoint: name, method: verb, status: String(status) }
    Effect.runSync(
      Metric.update(Metric.withAttributes(requestTime, attributes), now - began).pipe(Effect.provideContext(registry))
    )
    metrics.writeDataPoint({
      indexes: [name],
      blobs: [kind, name, verb, String(status)],
      doubles: [1, now - began, cost.objectCalls, cost.d1Calls, cost.objectRowsWritten + cost.d1RowsWritten]
    })
  }

  /** What was counted since it was told last; whatever is not kept is told with the next. */
  const tell = async (now: number, record: Record) => {
    const snapshot = Metric.snapshotUnsafe(registry)
    const totals = totalsOf(snapshot)
    const traffic = trafficBetween(told, totals)
    const hasFailed = traffic.failures > 0 || traffic.givenUp > 0
    if (now - toldAt < (hasFailed ? soonest : interval)) return
    toldAt = now
    const before = told
    told = totals
    writePoints(metrics, before, totals)
    const kept = JSON.stringify(traffic) === JSON.stringify(noTraffic) ? Promise.resolve() : record(traffic)
    await Promise.all([
      kept.catch(() => {
        told = before
      }),
      exporter?.post("metrics", metricsToOtlp(snapshot, resource, { from, to: now }), now)
    ])
  }

  return {
    begin,
    /** After the answer: never fails, and takes as long as a collector may take. */
    end: async (observation: Observation, ended: Ended, record: Record): Promise<void> => {
      const now = Date.now()
      note(observation, ended, now)
      const isSampled = ended.status >= 500 || Math.random() * 100 < (otlp?.percent ?? 0)
      const traced =
        exporter !== undefined && isSampled
          ? exporter.post("traces", spansToOtlp(observation.trace.spans, resource), now)
          : undefined
      await Promise.all([traced, tell(now, record)])
    }
  }
}
