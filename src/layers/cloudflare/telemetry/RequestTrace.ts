/**
 * The spans of one request, kept until it is answered. Values of that request alone: nothing is shared with another.
 *
 * Whoever asks has no part in the trace: a `traceparent` from outside would let strangers choose our ids and what is
 * sampled. docs/decisions/0036-observability.md.
 */
import { Option, Tracer } from "effect"

/** What has ended; what a request leaves running does not count. */
export interface RequestTrace {
  readonly tracer: Tracer.Tracer
  readonly spans: ReadonlyArray<Tracer.NativeSpan>
  /** The path of the route that answered, as it is declared; undefined if none did. */
  readonly route: () => string | undefined
  readonly traceId: () => string | undefined
}

/** So many spans at most: a request that makes more of them is told by its first ones. */
const most = 200

interface Collecting {
  readonly ended: (span: Tracer.NativeSpan) => void
  readonly routed: (route: string) => void
}

class CollectedSpan extends Tracer.NativeSpan {
  readonly #collecting: Collecting

  constructor(options: Parameters<Tracer.Tracer["span"]>[0], collecting: Collecting) {
    super(options)
    this.#collecting = collecting
  }

  override attribute(key: string, value: unknown): void {
    super.attribute(key, value)
    if (key === "http.route") this.#collecting.routed(String(value))
  }

  override end(...[endTime, exit]: Parameters<Tracer.NativeSpan["end"]>): void {
    if (this.status._tag === "Ended") return
    super.end(endTime, exit)
    this.#collecting.ended(this)
  }
}

export const startTrace = (): RequestTrace => {
  const spans: Array<Tracer.NativeSpan> = []
  let root: Tracer.NativeSpan | undefined
  let route: string | undefined
  const tracer = Tracer.make({
    span: (options) => {
      const parent = Option.filter(options.parent, ({ _tag }) => _tag === "Span")
      const span = new CollectedSpan(
        { ...options, parent, sampled: true },
        {
          ended: (ended) => {
            if (spans.length < most) spans.push(ended)
          },
          // The router says it of the span that is nearest; it is the request's.
          routed: (found) => {
            route = found
            root?.attributes.set("http.route", found)
          }
        }
      )
      root ??= span
      return span
    }
  })
  return {
    tracer,
    spans,
    route: () => route,
    traceId: () => root?.traceId
  }
}
