/**
 * Spans as OTLP/HTTP takes them, in JSON. OpenTelemetry Protocol 1.x, `ExportTraceServiceRequest`.
 *
 * Only attributes that are named here go out, and of an error only its name: a URL, a header or a message may hold what
 * is secret, and nobody would see it there before it was too late.
 */
import { Cause, type Exit, Option, type Tracer } from "effect"
import type { Resource } from "./OtlpExporter.ts"

/** What a span may say, besides its name. */
const allowed: ReadonlySet<string> = new Set([
  "hapax.level",
  "hapax.kind",
  "hapax.repeat",
  "hapax.backend",
  "hapax.shard",
  "hapax.try",
  "http.route",
  "http.request.method",
  "http.response.status_code",
  "job",
  "command"
])

const kinds = { internal: 1, server: 2, client: 3, producer: 4, consumer: 5 } as const

export const spansToOtlp = (spans: ReadonlyArray<Tracer.NativeSpan>, resource: Resource) => ({
  resourceSpans: [{ resource, scopeSpans: [{ scope: { name: "hapax" }, spans: spans.flatMap(encode) }] }]
})

const encode = (span: Tracer.NativeSpan) => {
  if (span.status._tag !== "Ended") return []
  const error = errorOf(span.status.exit)
  const attributes = [...span.attributes].filter(([key]) => allowed.has(key))
  const parent = Option.getOrUndefined(span.parent)
  return [
    {
      traceId: span.traceId,
      spanId: span.spanId,
      ...(parent === undefined ? {} : { parentSpanId: parent.spanId }),
      name: span.name,
      kind: kinds[span.kind],
      startTimeUnixNano: String(span.startTime),
      endTimeUnixNano: String(span.status.endTime),
      attributes: [...attributes, ...(error === undefined ? [] : [["error.type", error] as const])].map(attribute),
      status: error === undefined ? { code: 1 } : { code: 2 }
    }
  ]
}

const attribute = ([key, value]: readonly [string, unknown]) => ({
  key,
  value: typeof value === "number" ? { intValue: String(Math.trunc(value)) } : { stringValue: String(value) }
})

/** The name of what went wrong, without what it says. */
const errorOf = (exit: Exit.Exit<unknown, unknown>): string | undefined => {
  if (exit._tag === "Success") return undefined
  if (Cause.hasInterruptsOnly(exit.cause)) return "interrupted"
  const failed = exit.cause.reasons.find(Cause.isFailReason)
  if (failed === undefined) return "defect"
  const { error } = failed
  return typeof error === "object" && error !== null && "_tag" in error ? String(error._tag) : "error"
}
