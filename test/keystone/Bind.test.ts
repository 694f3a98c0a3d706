/** Operations and their layers: who answers, who is heard, and whose surroundings count. */
import { describe, expect, it } from "@effect/vitest"
import { Cause, Effect, Exit, Layer, Schema } from "effect"
import { bind, bindStrongly } from "../../src/services/storage/Bind.ts"
import { Around, type AttemptId, type Call, strongly } from "../../src/services/storage/Consistency.ts"
import { storage } from "../../src/services/storage/Storage.ts"
import { NotExecuted } from "../../src/services/storage/StorageError.ts"
import { type Backend, backends, Clients, CodeRefused, Codes, codes, Colour, D1, Kv, listening } from "./Ledger.ts"

/** Forgets what an effect still needs: for the tests of what the type already forbids. */
const unchecked = <A, E>(self: Effect.Effect<A, E, unknown>) => self as unknown as Effect.Effect<A, E>

const eventual = bind(Clients, { display: (id) => Kv.use((kv) => kv.ask(id)) })
const strong = bindStrongly(Clients, { display: (id) => D1.use((d1) => d1.ask(id)) })

describe("an operation", () => {
  it.effect.prop("calls its implementation with its request", [Schema.String, Schema.String], ([code, grant]) =>
    Effect.gen(function* () {
      expect(yield* Codes.issue(code, grant)).toBe(`D1 ${JSON.stringify([code, grant])}`)
    }).pipe(Effect.provide(codes), Effect.provide(backends))
  )

  it.effect("fails with what its implementation fails with", () =>
    Effect.gen(function* () {
      const layer = bind(Codes, { count: () => D1.use(() => Effect.fail(new CodeRefused({ reason: "used" }))) })
      const error = yield* Effect.flip(Codes.count("c").pipe(Effect.provide(layer)))
      expect(error).toEqual(new CodeRefused({ reason: "used" }))
    }).pipe(Effect.provide(backends))
  )

  it.effect("dies, and does not throw, if its implementation throws", () =>
    Effect.gen(function* () {
      const broken = (_code: string): ReturnType<Backend["ask"]> => {
        throw new Error("broken")
      }
      const layer = bind(Codes, { find: (code) => Effect.andThen(D1, () => broken(code)) })
      const exit = yield* Effect.exit(Codes.find("c").pipe(Effect.provide(layer)))
      expect(Exit.isFailure(exit) && Cause.hasDies(exit.cause)).toBe(true)
    }).pipe(Effect.provide(backends))
  )

  it.effect("dies if no layer offers it", () =>
    Effect.gen(function* () {
      const exit = yield* Effect.exit(unchecked(Codes.find("c").pipe(Effect.provide(codes))))
      expect(Exit.isFailure(exit) && Cause.pretty(exit.cause)).toContain("/Strong/Codes.find")
    }).pipe(Effect.provide(backends))
  )

  it.effect("runs inside a span of its name that says what it is", () =>
    Effect.gen(function* () {
      const layer = bind(Codes, {
        count: () =>
          Effect.andThen(
            D1,
            Effect.map(Effect.orDie(Effect.currentSpan), (span) => JSON.stringify([span.name, ...span.attributes]))
          )
      })
      expect(JSON.parse(yield* Codes.count("c").pipe(Effect.provide(layer)))).toEqual([
        "Codes.count",
        ["hapax.level", "Strong"],
        ["hapax.kind", "increment"],
        ["hapax.repeat", "never"]
      ])
    }).pipe(Effect.provide(backends))
  )
})

describe("Around", () => {
  const attempt = "a" as AttemptId

  it.effect("sees every call, with what its declaration says", () =>
    Effect.gen(function* () {
      const heard: Array<Call> = []
      yield* Effect.all([
        Codes.issue("c", "g"),
        Codes.redeem({ code: "c", attempt }),
        Clients.display("x"),
        strongly(Clients).display("x")
      ]).pipe(listening(heard))
      expect(heard).toEqual([
        { operation: "Codes.issue", level: "Strong", kind: "write", repeat: "idempotent", request: ["c", "g"] },
        {
          operation: "Codes.redeem",
          level: "Strong",
          kind: "consume",
          repeat: "attempt",
          request: [{ code: "c", attempt }]
        },
        { operation: "Clients.display", level: "Eventual", kind: "read", repeat: "idempotent", request: ["x"] },
        { operation: "Clients.display", level: "Strong", kind: "read", repeat: "idempotent", request: ["x"] }
      ])
    }).pipe(Effect.provide([codes, eventual, strong]), Effect.provide(backends))
  )

  it.effect("sees an operation that another is made of, inside it", () =>
    Effect.gen(function* () {
      const heard: Array<Call> = []
      const layer = bind(Codes, { find: (code) => Codes.issue(code, "again") })
      yield* Codes.find("c").pipe(Effect.provide(layer), listening(heard))
      expect(heard.map((call) => call.operation)).toEqual(["Codes.find", "Codes.issue"])
    }).pipe(Effect.provide(codes), Effect.provide(backends))
  )

  it.effect("may fail the call instead, and then nobody is asked", () =>
    Effect.gen(function* () {
      let asked = 0
      const layer = bind(Codes, { find: () => D1.use(() => Effect.sync(() => `${++asked}`)) })
      const lost = new NotExecuted({ operation: "Codes.find", reason: "unavailable", detail: "" })
      const found = Codes.find("c").pipe(
        Effect.provide(layer),
        // A test may fail an operation with any error of storage; no signature of `Around` can name the call's own `E`.
        Effect.provideService(Around, (() => Effect.fail(lost)) as never)
      )
      expect(yield* Effect.flip(found)).toBe(lost)
      expect(asked).toBe(0)
    }).pipe(Effect.provide(backends))
  )
})

describe("bind", () => {
  const colours = bind(Codes, { find: () => Effect.andThen(D1, Colour) })

  it.effect("what the caller carries wins over what stood around when the layer was built", () =>
    Effect.gen(function* () {
      const painted = colours.pipe(Layer.provide(Layer.succeed(Colour, "layer")))
      const both = Effect.gen(function* () {
        return [yield* Codes.find("c"), yield* Effect.provideService(Codes.find("c"), Colour, "caller")]
      })
      expect(yield* both.pipe(Effect.provide(painted))).toEqual(["layer", "caller"])
    }).pipe(Effect.provide(backends))
  )

  it.effect("a storage of the same name and the other level is another storage", () =>
    Effect.gen(function* () {
      const claimed = storage.strong("Twice")<Backend>()
      const admitted = storage.eventual("Twice")<Backend>()
      const only = Layer.succeed(admitted, { ask: () => Effect.succeed("stale") })
      const exit = yield* Effect.exit(unchecked(claimed.use((it) => it.ask()).pipe(Effect.provide(only))))
      expect(Exit.isFailure(exit)).toBe(true)
    })
  )
})

describe("strongly", () => {
  const both = Effect.all([Clients.display("x"), strongly(Clients).display("x")])
  const orders = {
    "eventual, then strong": Layer.merge(eventual, strong),
    "strong, then eventual": Layer.merge(strong, eventual),
    "strong over eventual": Layer.provideMerge(strong, eventual),
    "eventual over strong": Layer.provideMerge(eventual, strong),
    "eventual a second time": Layer.mergeAll(strong, eventual, Layer.fresh(eventual))
  }

  it.effect.each(Object.entries(orders))("is never answered by an eventual layer: %s", ([, layer]) =>
    Effect.gen(function* () {
      expect(yield* both.pipe(Effect.provide(layer))).toEqual([`KV ["x"]`, `D1 ["x"]`])
    }).pipe(Effect.provide(backends))
  )

  it.effect("is answered by nobody if only the eventual layer is there", () =>
    Effect.gen(function* () {
      const exit = yield* Effect.exit(unchecked(strongly(Clients).display("x").pipe(Effect.provide(eventual))))
      expect(Exit.isFailure(exit) && Cause.pretty(exit.cause)).toContain("/Strong/Clients.display")
    }).pipe(Effect.provide(backends))
  )

  it.effect("and a strong layer alone does not answer the eventual reading", () =>
    Effect.gen(function* () {
      const exit = yield* Effect.exit(unchecked(Clients.display("x").pipe(Effect.provide(strong))))
      expect(Exit.isFailure(exit) && Cause.pretty(exit.cause)).toContain("/Eventual/Clients.display")
    }).pipe(Effect.provide(backends))
  )

  it("keeps the name, and is the same group however often it is asked for", () => {
    expect(strongly(Clients).display.operation).toBe("Clients.display")
    expect(strongly(Clients)).toBe(strongly(Clients))
  })
})
