/** Asking other people's servers, with real ones on this machine: attack 20. RFC 9101 §10.4, RFC 7591 §5. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { gzipSync } from "node:zlib"
import { Effect, Fiber, Result } from "effect"
import { TestClock } from "effect/testing"
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest"
import { bounds, makeDocumentMemory } from "../../src/layers/cloudflare/DocumentMemory.ts"
import { remoteFetchWeb } from "../../src/layers/cloudflare/RemoteFetchWeb.ts"
import { RemoteFetch } from "../../src/services/ports/RemoteFetch.ts"

let origin: string
/** What was asked of the server, in order. */
let asked: Array<string> = []
let answer: (request: IncomingMessage, response: ServerResponse) => void
const ended = new Set<ServerResponse>()

const server = createServer((request, response) => {
  asked.push(`${request.method} ${request.url}`)
  ended.add(response)
  answer(request, response)
})

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
beforeEach(() => {
  asked = []
  answer = (_request, response) => void response.end("a document")
})
afterAll(() => {
  for (const response of ended) response.destroy()
  server.close()
})

const limits = { read: 60_000, post: 60_000, size: 1_000 }

/** Each effect over a memory of its own, with a clock that stands still unless it is moved. */
const run = <A>(
  effect: Effect.Effect<A, unknown, RemoteFetch>,
  { allowLoopback = true, ...given }: { readonly allowLoopback?: boolean; readonly read?: number } = {}
): Promise<A> =>
  Effect.runPromise(
    effect.pipe(
      Effect.provide(remoteFetchWeb(allowLoopback, { ...limits, ...given })),
      Effect.provide(TestClock.layer())
    )
  )

const read = (uri: string, fresh = false) => RemoteFetch.use((remote) => remote.read(uri, { fresh }))
const post = (uri: string) => RemoteFetch.use((remote) => remote.post(uri, { logout_token: "a.b.c" }))

/** The document, or why there is none. */
const outcome = (effect: ReturnType<typeof read>) =>
  Effect.map(Effect.result(effect), (result) =>
    Result.isSuccess(result) ? result.success : `failed: ${result.failure.reason}`
  )

describe("attack 20: what is not fetched", () => {
  test("a private address, plain http, user information: the server hears nothing", async () => {
    const port = new URL(origin).port
    for (const uri of [origin, `https://127.0.0.1:${port}/`, `https://localhost:${port}/`, "https://10.0.0.1/"]) {
      expect(await run(outcome(read(uri)), { allowLoopback: false })).toBe("failed: address")
      expect(await run(Effect.flip(post(uri)), { allowLoopback: false })).toMatchObject({ reason: "address" })
    }
    const user = origin.replace("http://", "http://rp.example@")
    expect(await run(outcome(read(user)))).toBe("failed: address")
    expect(asked).toEqual([])
  })

  test("redirects are not followed, wherever they lead", async () => {
    for (const status of [301, 302, 303, 307, 308]) {
      answer = (_request, response) => void response.writeHead(status, { location: `${origin}/elsewhere` }).end("x")
      expect(await run(outcome(read(`${origin}/${status}`)))).toBe("failed: redirect")
      expect(await run(Effect.flip(post(`${origin}/${status}`)))).toMatchObject({ reason: "redirect" })
    }
    expect(asked.filter((line) => line.includes("elsewhere"))).toEqual([])
  })

  test("no more than the bound is read, whatever the server says of the length", async () => {
    const lengths: Record<string, (response: ServerResponse) => void> = {
      "/said": (response) => response.writeHead(200, { "content-length": "1000000" }).end("x".repeat(1_000_000)),
      "/unsaid": (response) => {
        const more = () => response.destroyed || response.write("x".repeat(500), () => setImmediate(more))
        more()
      },
      "/packed": (response) =>
        response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync("x".repeat(1_000_000))),
      "/just": (response) => response.end("x".repeat(1_000))
    }
    answer = (request, response) => lengths[request.url ?? ""]?.(response)
    for (const path of ["/said", "/unsaid", "/packed"]) {
      expect([path, await run(outcome(read(origin + path)))]).toEqual([path, "failed: size"])
    }
    expect(await run(read(`${origin}/just`))).toHaveLength(1_000)
  })

  test.each([
    ["never answers", () => undefined],
    ["never ends its answer", (response: ServerResponse) => void response.write("{")]
  ])("a server that %s is left alone after the time bound", async (_title, behaviour) => {
    const begun = Promise.withResolvers<void>()
    answer = (_request, response) => {
      behaviour(response)
      begun.resolve()
    }
    const slow = Effect.gen(function* () {
      const reading = yield* Effect.forkChild(outcome(read(origin)))
      yield* Effect.promise(() => begun.promise)
      yield* TestClock.adjust(limits.read - 1)
      expect(reading.pollUnsafe()).toBe(undefined)
      yield* TestClock.adjust(1)
      return yield* Fiber.join(reading)
    })
    expect(await run(slow)).toBe("failed: time")
  })

  test("anything but 200 is no document; nobody there is no answer", async () => {
    for (const status of [204, 206, 404, 500]) {
      answer = (_request, response) => void response.writeHead(status).end()
      expect(await run(outcome(read(origin)))).toBe("failed: status")
    }
    expect(await run(outcome(read("http://127.0.0.1:1/")))).toBe("failed: network")
  })
})

describe("what is remembered", () => {
  /** The number of the answer, so that a second one is another document. */
  beforeEach(() => {
    answer = (_request, response) => void response.end(`document ${asked.length}`)
  })

  test("a document is asked for once in five minutes", () =>
    run(
      Effect.gen(function* () {
        expect(yield* read(origin)).toBe("document 1")
        yield* TestClock.adjust(bounds.kept - 1)
        expect(yield* read(origin)).toBe("document 1")
        yield* TestClock.adjust(1)
        expect(yield* read(origin)).toBe("document 2")
      })
    ))

  test("a fresh one is read now, unless it was read this very moment", () =>
    run(
      Effect.gen(function* () {
        expect(yield* read(origin)).toBe("document 1")
        expect(yield* read(origin, true)).toBe("document 1")
        yield* TestClock.adjust(1)
        expect(yield* read(origin, true)).toBe("document 2")
        expect(yield* read(origin)).toBe("document 2")
      })
    ))

  test("four in forty seconds at most, however many unknown keys somebody shows", () =>
    run(
      Effect.gen(function* () {
        const readOften = Effect.gen(function* () {
          for (let i = 0; i < 50; i++) {
            yield* TestClock.adjust(1)
            yield* read(origin, true)
          }
          return asked.length
        })
        expect(yield* readOften).toBe(4)
        yield* TestClock.adjust(bounds.fresh.within - 100)
        expect(yield* readOften).toBe(4)
        yield* TestClock.adjust(100)
        expect(yield* readOften).toBe(8)
        expect(yield* read(origin)).toBe("document 8")
      })
    ))

  test("twenty requests at once ask once, also past the memory", () =>
    run(
      Effect.gen(function* () {
        for (const fresh of [false, true]) {
          const all = yield* Effect.forkChild(
            Effect.all(
              Array.from({ length: 20 }, () => read(origin, fresh)),
              { concurrency: "unbounded" }
            )
          )
          while (all.pollUnsafe() === undefined) {
            yield* TestClock.adjust("20 millis")
            yield* Effect.promise(() => new Promise((resolve) => setImmediate(resolve)))
          }
          expect(new Set(yield* Fiber.join(all))).toEqual(new Set([`document ${asked.length}`]))
          yield* TestClock.adjust(1)
        }
        expect(asked).toHaveLength(2)
      })
    ))

  test("a failure is remembered for ten seconds; what was read before is kept meanwhile, but not for fresh", () =>
    run(
      Effect.gen(function* () {
        expect(yield* read(origin)).toBe("document 1")
        answer = (_request, response) => void response.writeHead(503).end()
        yield* TestClock.adjust(1)
        for (let i = 0; i < 5; i++) expect(yield* outcome(read(origin, true))).toBe("failed: status")
        expect(asked).toHaveLength(2)
        expect(yield* read(origin)).toBe("document 1")
        yield* TestClock.adjust(bounds.kept)
        expect(yield* outcome(read(origin))).toBe("failed: status")
        expect(yield* outcome(read(origin))).toBe("failed: status")
        expect(asked).toHaveLength(3)
      })
    ))

  test("of a request that was cut off nothing is remembered: the next one asks itself", () =>
    run(
      Effect.gen(function* () {
        const begun = Promise.withResolvers<void>()
        answer = () => begun.resolve()
        const cut = yield* Effect.forkChild(read(origin))
        yield* Effect.promise(() => begun.promise)
        yield* Fiber.interrupt(cut)
        answer = (_request, response) => void response.end("whole")
        expect(yield* read(origin)).toBe("whole")
      })
    ))

  test("nobody waits for ever for one that was cut off without a word", () => {
    const memory = makeDocumentMemory()
    memory.asking(origin, 0)
    expect(memory.next(origin, -Infinity, bounds.patience - 1)).toEqual({ _tag: "Wait" })
    expect(memory.next(origin, -Infinity, bounds.patience)).toEqual({ _tag: "Ask" })
  })

  test("no more documents than the bound: what was touched longest ago makes room", () =>
    run(
      Effect.gen(function* () {
        for (let i = 0; i <= bounds.documents; i++) yield* read(`${origin}/${i}`)
        const before = asked.length
        yield* read(`${origin}/${bounds.documents}`)
        yield* read(`${origin}/1`)
        expect(asked).toHaveLength(before)
        yield* read(`${origin}/0`)
        expect(asked).toHaveLength(before + 1)
      })
    ))
})

describe("posting", () => {
  test("a form arrives whole, with nothing of ours, and 200 or 204 is success", async () => {
    const seen: Array<{ headers: IncomingMessage["headers"]; body: string }> = []
    let status = 200
    answer = async (request, response) => {
      let body = ""
      for await (const part of request) body += part
      seen.push({ headers: request.headers, body })
      response.writeHead(status).end()
    }
    for (status of [200, 204]) await run(post(origin))
    for (status of [202, 400, 501]) expect(await run(Effect.flip(post(origin)))).toMatchObject({ reason: "status" })
    expect(seen[0]).toMatchObject({ body: "logout_token=a.b.c" })
    expect(seen[0]?.headers["content-type"]).toMatch(/^application\/x-www-form-urlencoded/)
    for (const name of ["cookie", "authorization", "referer", "origin"]) expect(seen[0]?.headers[name]).toBe(undefined)
  })
})
