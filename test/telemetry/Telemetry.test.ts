/** What an isolate tells of its requests: points, sums, OTLP metrics; and that nothing of it can fail an answer. */
import { Effect, Layer, Metric, Redacted, Result } from "effect"
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest"
import type { Traffic } from "../../src/domain/Traffic.ts"
import { makeTelemetry } from "../../src/layers/cloudflare/telemetry/Telemetry.ts"
import { readTelemetry } from "../../src/layers/cloudflare/telemetry/TelemetrySettings.ts"
import { operations, Strong } from "../../src/services/storage/Consistency.ts"
import { fake } from "../../src/layers/test/Fake.ts"
import { givenUp, objectTime } from "../../src/services/storage/Measured.ts"
import { retried } from "../../src/services/storage/Retry.ts"
import { NotExecuted } from "../../src/services/storage/StorageError.ts"

const start = 1_900_000_000_000
const minute = 60_000

interface Point {
  readonly indexes: ReadonlyArray<string>
  readonly blobs: ReadonlyArray<string>
  readonly doubles: ReadonlyArray<number>
}

/** An isolate of its own, with what it told. */
const isolate = async (percent = 0) => {
  const points: Array<Point> = []
  const recorded: Array<Traffic> = []
  const posted: Array<{ readonly path: string; readonly body: any }> = []
  let answer = () => Promise.resolve(new Response())
  vi.stubGlobal("fetch", (uri: string, init: RequestInit) => {
    posted.push({ path: new URL(uri).pathname, body: JSON.parse(String(init.body)) })
    return answer()
  })
  const context = await Effect.runPromise(Effect.scoped(Layer.build(Layer.succeed(Metric.MetricRegistry, new Map()))))
  const otlp = { url: "https://otlp.example", headers: Redacted.make({}), percent }
  const telemetry = makeTelemetry(
    { writeDataPoint: (p) => points.push(p as Point) },
    otlp,
    "https://id.example",
    context
  )
  const run = <A, E>(effect: Effect.Effect<A, E>) => Effect.runPromise(Effect.provideContext(effect, context))
  let record = async (traffic: Traffic) => void recorded.push(traffic)
  const request = async (status = 200, name = "/token", method = "POST", took = 3) => {
    const observation = telemetry.begin()
    vi.setSystemTime(Date.now() + took)
    await telemetry.end(observation, { kind: "request", name, method, status }, (traffic) => record(traffic))
  }
  return {
    points,
    posted,
    recorded,
    request,
    run,
    set answer(next: () => Promise<Response>) {
      answer = next
    },
    set record(next: (traffic: Traffic) => Promise<undefined>) {
      record = next as never
    }
  }
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"] })
  vi.setSystemTime(start)
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

const later = (milliseconds: number) => vi.setSystemTime(Date.now() + milliseconds)

describe("Analytics Engine", () => {
  test("a point for each request: its route, method and status, how long it took and what it cost", async () => {
    const { points, request } = await isolate()
    await request(200, "/token", "POST", 7)
    expect(points).toEqual([
      { indexes: ["/token"], blobs: ["request", "/token", "POST", "200"], doubles: [1, 7, 0, 0, 0] }
    ])
  })

  test("bounded cardinality: a method that nobody knows is one of all such", async () => {
    const { points, request } = await isolate()
    for (const method of ["PROPFIND", "X".repeat(100), "get"]) await request(405, "*", method)
    expect(new Set(points.map(({ blobs }) => blobs.join(" ")))).toEqual(new Set(["request * other 405"]))
  })
})

describe("what an isolate has counted", () => {
  test("is told once a minute, each time what came since the last", async () => {
    const { recorded, request, run } = await isolate()
    for (let n = 0; n < 50; n++) await request()
    expect(recorded).toEqual([])
    for (const took of [10, 50, 51, 400]) await run(Metric.update(objectTime, took))
    later(minute)
    await request()
    expect(recorded).toEqual([{ requests: 51, failures: 0, givenUp: 0, objectCalls: 4, slowObjectCalls: 2 }])
    later(minute)
    await request()
    expect(recorded.at(-1)).toEqual({ requests: 1, failures: 0, givenUp: 0, objectCalls: 0, slowObjectCalls: 0 })
  })

  test("is told sooner if something failed: after ten seconds", async () => {
    const { recorded, request } = await isolate()
    await request(503)
    expect(recorded).toEqual([])
    later(10_000)
    await request()
    expect(recorded).toEqual([{ requests: 2, failures: 1, givenUp: 0, objectCalls: 0, slowObjectCalls: 0 }])
  })

  test("is not lost when the database does not take it: it is told with the next", async () => {
    const it = await isolate()
    it.record = () => Promise.reject(new Error("the database is down"))
    await it.request()
    later(minute)
    await it.request()
    const told: Array<Traffic> = []
    it.record = async (traffic) => void told.push(traffic)
    later(minute)
    await it.request()
    expect(told.map(({ requests }) => requests)).toEqual([3])
  })

  test("a write that storage never took is counted once; a read, or a refusal, is not", async () => {
    const { recorded, request, run } = await isolate()
    const group = operations("Trial", {
      write: Strong<() => Effect.Effect<void, NotExecuted | "refused">>({ kind: "write", repeat: "idempotent" }),
      read: Strong<() => Effect.Effect<void, NotExecuted>>({ kind: "read" })
    })
    const problem = new NotExecuted({ operation: "Trial", reason: "unavailable", detail: "" })
    let failure: NotExecuted | "refused" = problem
    let tries = 0
    const layer = fake(group, {
      write: () =>
        Effect.suspend(() => {
          tries += 1
          return Effect.fail(failure)
        }),
      read: () => Effect.fail(problem)
    })
    const exit = <E, R>(effect: Effect.Effect<void, E, R>) =>
      run(Effect.exit(Effect.provide(effect, layer as never)) as never)
    await exit(retried(group.write)())
    expect(tries).toBe(4)
    await exit(retried(group.read)())
    failure = "refused"
    await exit(retried(group.write)())
    expect(await run(Metric.value(Metric.withAttributes(givenUp, { operation: "Trial.write" })))).toMatchObject({
      count: 1
    })
    later(minute)
    await request()
    expect(recorded[0]?.givenUp).toBe(1)
  })

  test("operations have a point each, with how often they were asked and how long that took", async () => {
    const { points, request, run } = await isolate()
    const group = operations("Trial", { read: Strong<() => Effect.Effect<number>>({ kind: "read" }) })
    const layer = fake(group, { read: () => Effect.succeed(1) })
    for (let n = 0; n < 3; n++) await run(Effect.provide(group.read(), layer as never) as Effect.Effect<number>)
    later(minute)
    await request()
    expect(points.filter(({ blobs }) => blobs[0] === "operation")).toEqual([
      { indexes: ["Trial.read"], blobs: ["operation", "Trial.read", "answered"], doubles: [3, 0] }
    ])
  })
})

describe("OTLP", () => {
  test("metrics are cumulative sums and histograms, whose counts add up", async () => {
    const { posted, request, run } = await isolate()
    for (const took of [1, 5, 6, 49, 50, 51, 9_999]) await run(Metric.update(objectTime, took))
    later(minute)
    await request()
    const { body } = posted.find(({ path }) => path === "/v1/metrics") ?? { body: undefined }
    const { metrics } = body.resourceMetrics[0].scopeMetrics[0]
    const [histogram] = metrics.filter(({ name }: any) => name === "hapax.object.duration")
    const [point] = histogram.histogram.dataPoints
    expect(histogram.histogram.aggregationTemporality).toBe(2)
    expect(point).toMatchObject({
      count: "7",
      explicitBounds: [5, 10, 25, 50, 100, 250, 1000, 5000],
      bucketCounts: ["2", "1", "0", "2", "1", "0", "0", "0", "1"],
      startTimeUnixNano: `${start}000000`
    })
  })

  test("spans of so many of a hundred requests are sent, and of all that fail", async () => {
    const { posted, request } = await isolate(0)
    for (let n = 0; n < 20; n++) await request(200)
    expect(posted.filter(({ path }) => path === "/v1/traces")).toHaveLength(0)
    await request(500)
    expect(posted.filter(({ path }) => path === "/v1/traces")).toHaveLength(1)
    const all = await isolate(100)
    await all.request(200)
    expect(all.posted.filter(({ path }) => path === "/v1/traces")).toHaveLength(1)
  })

  for (const [problem, answer] of [
    ["is gone", () => Promise.reject(new TypeError("fetch failed"))],
    ["answers 500", () => Promise.resolve(new Response(null, { status: 500 }))]
  ] as const) {
    test(`a collector that ${problem} fails nothing, and is left alone for a minute`, async () => {
      const it = await isolate(100)
      const warned = vi.spyOn(console, "warn").mockImplementation(() => undefined)
      it.answer = answer
      await it.request()
      await it.request()
      expect(it.posted).toHaveLength(1)
      expect(JSON.stringify(warned.mock.calls)).not.toContain("otlp.example")
      it.answer = () => Promise.resolve(new Response())
      later(minute)
      await it.request()
      expect(it.posted.length).toBeGreaterThan(1)
    })
  }
})

describe("settings", () => {
  test("OTLP_URL, OTLP_HEADERS and OTLP_PERCENT, as OpenTelemetry writes headers", () => {
    expect(readTelemetry({})).toEqual(Result.succeed(null))
    const read = Result.getOrThrow(
      readTelemetry({ OTLP_URL: "https://o.example/", OTLP_HEADERS: "Authorization=Bearer%20x, x-team=ids" })
    )
    expect(read).toMatchObject({ url: "https://o.example", percent: 10 })
    expect(Redacted.value(read?.headers ?? Redacted.make({}))).toEqual({ authorization: "Bearer x", "x-team": "ids" })
  })

  test("what cannot be meant is refused, without what a secret says", () => {
    const of = (variables: Parameters<typeof readTelemetry>[0]) =>
      Result.match(readTelemetry(variables), { onSuccess: () => "taken", onFailure: (message) => message })
    expect(of({ OTLP_URL: "collector" })).toContain("OTLP_URL")
    expect(of({ OTLP_URL: "ftp://o.example" })).toContain("OTLP_URL")
    expect(of({ OTLP_URL: "https://o.example", OTLP_PERCENT: "101" })).toContain("OTLP_PERCENT")
    const bad = of({ OTLP_URL: "https://o.example", OTLP_HEADERS: "Bearer the-secret" })
    expect(bad).toContain("OTLP_HEADERS")
    expect(bad).not.toContain("the-secret")
  })
})
