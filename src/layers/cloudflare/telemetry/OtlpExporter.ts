/**
 * Posting telemetry to a collector of the operator's: OTLP/HTTP in JSON. A collector that is slow or gone costs five
 * seconds of a request that is answered already, once a minute.
 *
 * Effect's own exporter keeps a fiber that empties a buffer of all requests; a Worker may not: what one request began,
 * another must not wait for.
 */
import { Redacted } from "effect"
import type { OtlpSettings } from "./TelemetrySettings.ts"

/** Who tells: an isolate of a provider. */
export interface Resource {
  readonly attributes: ReadonlyArray<{ readonly key: string; readonly value: { readonly stringValue: string } }>
}

export const resourceOf = (issuer: string, isolate: string): Resource => ({
  attributes: Object.entries({
    "service.name": "hapax",
    "service.namespace": issuer,
    "service.instance.id": isolate
  }).map(([key, value]) => ({ key, value: { stringValue: value } }))
})

export interface Exporter {
  /** Never fails. */
  readonly post: (signal: "traces" | "metrics", body: unknown, now: number) => Promise<void>
}

/** Milliseconds. */
const patience = 5_000
const pause = 60_000

export const makeExporter = ({ headers, url }: OtlpSettings): Exporter => {
  let pausedUntil = 0
  return {
    post: async (signal, body, now) => {
      if (now < pausedUntil) return
      try {
        const response = await fetch(`${url}/v1/${signal}`, {
          method: "POST",
          headers: { ...Redacted.value(headers), "content-type": "application/json" },
          body: JSON.stringify(body),
          redirect: "manual",
          signal: AbortSignal.timeout(patience)
        })
        await response.body?.cancel()
        if (!response.ok) pausedUntil = now + pause
      } catch {
        pausedUntil = now + pause
      }
      // Not why: the address and its headers are the operator's secrets.
      if (pausedUntil > now) console.warn(JSON.stringify({ level: "WARN", message: "the OTLP collector took nothing" }))
    }
  }
}
