/** A small group of every kind of operation, two backends that remember what they were asked, and layers of both. */
import { Context, Effect, Layer, Schema } from "effect"
import { bind } from "../../src/services/storage/Bind.ts"
import {
  type AttemptId,
  type Call,
  Around,
  Eventual,
  operations,
  Strong
} from "../../src/services/storage/Consistency.ts"
import { storage } from "../../src/services/storage/Storage.ts"
import { type StorageError } from "../../src/services/storage/StorageError.ts"

export class CodeRefused extends Schema.TaggedError<CodeRefused>()("CodeRefused", { reason: Schema.String }) {}

export interface Redemption {
  readonly code: string
  readonly attempt: AttemptId
}

export const Codes = operations("Codes", {
  find: Strong<(code: string) => Effect.Effect<string, StorageError>>({ kind: "read" }),
  issue: Strong<(code: string, grant: string) => Effect.Effect<string, StorageError>>({
    kind: "write",
    repeat: "idempotent"
  }),
  redeem: Strong<(request: Redemption) => Effect.Effect<string, CodeRefused | StorageError>>({
    kind: "consume",
    repeat: "attempt"
  }),
  count: Strong<(code: string) => Effect.Effect<string, CodeRefused | StorageError>>({
    kind: "increment",
    repeat: "never"
  })
})

export const Clients = operations("Clients", {
  display: Eventual<(id: string) => Effect.Effect<string, StorageError>>({
    kind: "read",
    bound: "a minute",
    because: "a name on a page decides nothing"
  })
})

/** Answers a question with itself and with who was asked. */
export interface Backend {
  readonly ask: (...question: ReadonlyArray<unknown>) => Effect.Effect<string, StorageError>
}

export const D1 = storage.strong("D1.primary")<Backend>()
export const Kv = storage.eventual("KV.Clients")<Backend>()

const answering = (name: string): Backend => ({
  ask: (...question) => Effect.succeed(`${name} ${JSON.stringify(question)}`)
})

/** Both backends, answering with their name. */
export const backends = Layer.merge(Layer.succeed(D1, answering("D1")), Layer.succeed(Kv, answering("KV")))

/** Codes in D1, found through `redeem` so that an operation made of an operation is there as well. */
export const codes = bind(Codes, {
  issue: (code, grant) => D1.use((d1) => d1.ask(code, grant)),
  redeem: ({ code }) => D1.use((d1) => d1.ask(code)),
  count: (code) => D1.use((d1) => d1.ask(code))
})

/** Stands around the operations of an effect and writes their calls into a list. */
export const listening =
  (heard: Array<Call>) =>
  <A, E, R>(self: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Effect.provideService(self, Around, (call, run) => {
      heard.push(call)
      return run
    })

/** Something that has a value wherever one stands. */
export const Colour = Context.Reference<string>("test/keystone/Colour", { defaultValue: () => "none" })
