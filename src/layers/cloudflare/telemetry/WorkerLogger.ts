/**
 * Logging as JSON lines, from the level that the operator chose; nothing that is logged is a secret. Each line names
 * the trace of its request, by which all that was said of one request is found.
 */
import { Context, Layer, Logger, References, Tracer } from "effect"

const levels = ["Debug", "Info", "Warn", "Error"] as const

const line = Logger.make<unknown, void>((options) => {
  const span = Context.getOrUndefined(options.fiber.context, Tracer.ParentSpan)
  const { fiberId: _, ...structured } = Logger.formatStructured.log(options)
  console.log(JSON.stringify(span === undefined ? structured : { ...structured, traceId: span.traceId }))
})

export const workerLogger = (level: string | undefined): Layer.Layer<never> =>
  Layer.mergeAll(
    Logger.layer([line]),
    Layer.succeed(
      References.MinimumLogLevel,
      levels.find((name) => name.toLowerCase() === level?.toLowerCase()) ?? "Info"
    )
  )
