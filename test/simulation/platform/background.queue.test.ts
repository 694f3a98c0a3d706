/** The model of queues can do what the platform may do, and only that (platform table, row Queue). */
import { readFileSync } from "node:fs"
import { describe, expect, it } from "@effect/vitest"
import { Context, Effect } from "effect"
import { consumers } from "../../../src/layers/test/models/Background.ts"
import { type Consume, QueueModel, type QueueSpec } from "../../../src/layers/test/models/QueueModel.ts"
import { words, withNotebook } from "./Notebook.ts"
import { heardBy, type Outcome, outcomes, type Tiny } from "./Outcomes.ts"

class Post extends Context.Service<Post, { readonly queue: QueueModel; readonly dead: QueueModel }>()(
  "hapax/test/Post"
) {}

/** A queue whose consumer notes each message, and fails at one that is called "bad". */
const post = (changes: Partial<QueueSpec> = {}, hasDeadLetters = true) =>
  withNotebook(Post, ({ note, world }) => {
    const each =
      (prefix: string): Consume =>
      (messages) =>
        Effect.gen(function* () {
          for (const { body } of messages) {
            yield* note(`${prefix}${String(body).slice(0, 9)}`)
            if (body === "bad" && prefix === "") return yield* Effect.fail("bad")
          }
          return []
        })
    const dead = new QueueModel(world, { name: "dead", maxBatchSize: 100, maxRetries: 5, consume: each("dead:") })
    const spec: QueueSpec = { name: "queue", maxBatchSize: 100, maxRetries: 5, consume: each(""), ...changes }
    return { queue: new QueueModel(world, hasDeadLetters ? { ...spec, deadLetters: dead } : spec), dead }
  })

const send = (...bodies: ReadonlyArray<unknown>) => Post.use(({ queue }) => queue.sendBatch(bodies))

/** Everything that consumers noted, in every run. */
const noted = (tiny: Omit<Tiny<unknown, Layered>, "layer" | "afterwards">, layer = post()) =>
  Effect.map(outcomes<unknown, Layered>({ background: "between", ...tiny, layer, afterwards: words }), (all) => [
    ...heardBy(all, "afterwards")
  ])

type Layered = Effect.Services<typeof words> | Post

describe("Queue: at least once", () => {
  it.effect("what was sent is delivered, once when nothing goes wrong, and in its order", () =>
    Effect.gen(function* () {
      expect(yield* noted({ clients: { one: send("a", "b") } })).toEqual(["a b"])
      expect(yield* noted({ clients: { one: send("a", "b") }, background: "after" })).toEqual(["a b"])
    })
  )

  it.effect("a batch may come more often than it was acknowledged", () =>
    Effect.gen(function* () {
      const all = yield* noted({ clients: { one: send("a") }, faults: ["duplicate delivery"] })
      expect(all.toSorted()).toEqual(["a", "a a"])
    })
  )

  it.effect("a later message may come first", () =>
    Effect.gen(function* () {
      const two = { one: Effect.andThen(send("a"), send("b")) }
      expect(yield* noted({ clients: two, faults: ["reordered delivery"] })).toContain("b a")
    })
  )

  it.effect("messages that wait together come in one batch, of as many as the consumer takes", () =>
    Effect.gen(function* () {
      const batches = (maxBatchSize: number) => {
        const layer = withNotebook(Post, ({ note, world }) => {
          const consume: Consume = (messages) => Effect.as(note(messages.map(({ body }) => body).join("+")), [])
          const spec: QueueSpec = { name: "queue", maxBatchSize, maxRetries: 5, consume }
          return { queue: new QueueModel(world, spec), dead: new QueueModel(world, { ...spec, name: "dead" }) }
        })
        return noted({ clients: { one: send("a", "b", "c") }, background: "after" }, layer)
      }
      expect(yield* batches(100)).toEqual(["a+b+c"])
      expect(yield* batches(2)).toEqual(["a+b c"])
    })
  )
})

describe("Queue: the whole batch comes again unless acknowledged", () => {
  it.effect("a consumer that is ended in the middle gets all of it again, what it had worked off too", () =>
    Effect.gen(function* () {
      const all = yield* noted({ clients: { one: send("a", "b") }, faults: ["consumer failure"] })
      expect(all.toSorted()).toEqual(["a a b", "a b", "a b a b"])
    })
  )

  it.effect("a message that its consumer wants again comes again alone", () =>
    Effect.gen(function* () {
      const consume =
        (note: (word: string) => Effect.Effect<void>): Consume =>
        (messages) =>
          Effect.as(
            Effect.forEach(messages, ({ body }) => note(String(body))),
            messages.length === 1 ? [] : messages.slice(1).map(({ id }) => id)
          )
      const layer = withNotebook(Post, ({ note, world }) => {
        const spec: QueueSpec = { name: "queue", maxBatchSize: 100, maxRetries: 5, consume: consume(note) }
        return { queue: new QueueModel(world, spec), dead: new QueueModel(world, { ...spec, name: "dead" }) }
      })
      expect(yield* noted({ clients: { one: send("a", "b") } }, layer)).toEqual(["a b b"])
    })
  )

  it.effect("when the answer to a send is lost, nobody knows whether it was taken", () =>
    Effect.gen(function* () {
      const all: ReadonlyArray<Outcome> = yield* outcomes<unknown, Layered>({
        layer: post(),
        clients: { one: send("a") },
        faults: ["lost reply", "lost request"],
        afterwards: words
      })
      expect(all).toContainEqual({ one: "QueueSilent", afterwards: "a" })
      expect(all).toContainEqual({ one: "QueueSilent", afterwards: "" })
    })
  )
})

describe("Queue: after the retries it goes to the dead-letter queue, or is deleted if there is none", () => {
  const bad = { clients: { one: send("bad") } }

  it.effect("a message that fails as often as it may come is delivered to the dead letters' consumer", () =>
    Effect.gen(function* () {
      expect(yield* noted(bad, post({ maxRetries: 2 }))).toEqual(["bad bad bad dead:bad"])
      expect(yield* noted(bad, post())).toEqual(["bad bad bad bad bad bad dead:bad"])
    })
  )

  it.effect("it takes with it those of its batch that were not worked off each time", () =>
    Effect.gen(function* () {
      const clients = { one: send("bad", "b") }
      expect(yield* noted({ clients }, post({ maxRetries: 1 }))).toEqual(["bad bad dead:bad dead:b"])
    })
  )

  it.effect("without a dead-letter queue it is gone", () =>
    Effect.gen(function* () {
      expect(yield* noted(bad, post({ maxRetries: 2 }, false))).toEqual(["bad bad bad"])
    })
  )
})

describe("Queue: 128 KB, batch 100", () => {
  const heard = (...bodies: ReadonlyArray<unknown>) =>
    Effect.map(
      outcomes<unknown, Layered>({ layer: post(), clients: { one: send(...bodies) }, afterwards: words }),
      ([first]) => [first?.["one"], first?.["afterwards"]]
    )

  it.effect("a batch of 101 messages is refused as a whole, one of 100 is taken", () =>
    Effect.gen(function* () {
      expect(yield* heard(...Array.from({ length: 101 }, () => "a"))).toEqual(["QueueRefused", ""])
      expect((yield* heard(...Array.from({ length: 100 }, () => "a")))[0]).toBeUndefined()
    })
  )

  it.effect("a message of more than 128 KB is refused, and with it its batch", () =>
    Effect.gen(function* () {
      expect(yield* heard("a", "b".repeat(128 * 1_024))).toEqual(["QueueRefused", ""])
      expect((yield* heard("a", "b".repeat(127 * 1_024)))[0]).toBeUndefined()
    })
  )

  it.effect("a batch of more than 256 KB is refused", () =>
    Effect.gen(function* () {
      const large = "b".repeat(100 * 1_024)
      expect(yield* heard(large, large, large)).toEqual(["QueueRefused", ""])
    })
  )
})

describe("the provider's queues in the simulator", () => {
  it("have the limits of wrangler.toml", () => {
    const toml = readFileSync(new URL("../../../wrangler.toml", import.meta.url), "utf8")
    const tables = toml.split("[[queues.consumers]]").slice(1)
    const declared = tables.map((table) => {
      const valueOf = (name: string) => new RegExp(`^${name} = "?([^"\\n]+)`, "m").exec(table)?.[1]
      return {
        name: valueOf("queue"),
        maxBatchSize: Number(valueOf("max_batch_size")),
        maxRetries: Number(valueOf("max_retries"))
      }
    })
    expect(declared).toEqual([consumers.outbox, consumers.dead])
    expect(toml).toContain(`dead_letter_queue = "${consumers.dead.name}"`)
  })
})
