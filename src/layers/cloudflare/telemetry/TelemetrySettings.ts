/** Where telemetry goes besides the log and Analytics Engine. docs/deploy.md, "Watching it". */
import { Redacted, Result } from "effect"

/** The variables of the environment. `OTLP_HEADERS` is a secret: it usually holds a token. */
export interface TelemetryVariables {
  readonly OTLP_URL?: string
  readonly OTLP_HEADERS?: string
  readonly OTLP_PERCENT?: string
}

export interface OtlpSettings {
  /** Without `/v1/traces`, and without a slash at its end. */
  readonly url: string
  readonly headers: Redacted.Redacted<Readonly<Record<string, string>>>
  /** Of all requests, those of which spans are sent. What fails is always sent. */
  readonly percent: number
}

/** Null if nothing is to be sent. */
export const readTelemetry = ({
  OTLP_HEADERS,
  OTLP_PERCENT,
  OTLP_URL
}: TelemetryVariables): Result.Result<OtlpSettings | null, string> =>
  Result.gen(function* () {
    if (OTLP_URL === undefined) return null
    const isAddress = URL.canParse(OTLP_URL) && ["https:", "http:"].includes(new URL(OTLP_URL).protocol)
    if (!isAddress) return yield* Result.fail("OTLP_URL must be an address such as https://otlp.example.com")
    const percent = OTLP_PERCENT ?? "10"
    if (!/^(100|[0-9]{1,2})$/.test(percent)) return yield* Result.fail("OTLP_PERCENT must be a number from 0 to 100")
    const headers = headersOf(OTLP_HEADERS ?? "")
    // Not what it says: it is a secret.
    if (headers === undefined) return yield* Result.fail("OTLP_HEADERS must be like: name=value,name=value")
    return { url: OTLP_URL.replace(/\/+$/, ""), headers: Redacted.make(headers), percent: Number(percent) }
  })

/** As OpenTelemetry writes them: pairs with commas, their values percent-encoded. */
const headersOf = (text: string): Readonly<Record<string, string>> | undefined => {
  const pairs = text.split(",").filter((pair) => pair.trim() !== "")
  const read = pairs.map((pair) => /^\s*([A-Za-z0-9-]+)=((?:[^%]|%[0-9A-Fa-f]{2})*)$/.exec(pair))
  if (read.includes(null)) return undefined
  return Object.fromEntries(read.map((match) => [match?.[1]?.toLowerCase() ?? "", decoded(match?.[2] ?? "")]))
}

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text.trim())
  } catch {
    return text.trim()
  }
}
