/** Logging as JSON lines, from the level that the operator chose; nothing that is logged is a secret. */
import { Layer, Logger, References } from "effect"

const levels = ["Debug", "Info", "Warn", "Error"] as const

export const workerLogger = (level: string | undefined): Layer.Layer<never> =>
  Layer.mergeAll(
    Logger.layer([Logger.consoleJson]),
    Layer.succeed(
      References.MinimumLogLevel,
      levels.find((name) => name.toLowerCase() === level?.toLowerCase()) ?? "Info"
    )
  )
