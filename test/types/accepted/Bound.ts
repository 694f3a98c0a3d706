/** Strong of Strong, Eventual of either, an operation of an operation, and the types that `bind` gives them. */
import { Effect, type Layer } from "effect"
import { bind, bindStrongly } from "../../../src/services/storage/Bind.ts"
import { type Eventual, type Strong, strongly } from "../../../src/services/storage/Consistency.ts"
import type { EventualStorage, StrongStorage } from "../../../src/services/storage/Storage.ts"
import { AuthorizationCode, Clients, D1Primary, grant, KvClients, name, nothing, one } from "../Declared.ts"

type D1 = StrongStorage<"D1.primary">
type Kv = EventualStorage<"KV.Clients">

export const codes: Layer.Layer<
  | Strong<"AuthorizationCode.find">
  | Strong<"AuthorizationCode.issue">
  | Strong<"AuthorizationCode.redeem">
  | Strong<"AuthorizationCode.count">,
  never,
  D1
> = bind(AuthorizationCode, {
  find: (_code) => D1Primary.use((d1) => d1.first("…", grant)),
  issue: (_code, _grant) => D1Primary.use((d1) => d1.first("…", nothing)),
  redeem: (_request) => D1Primary.use((d1) => d1.first("…", grant)),
  count: (_code) => D1Primary.use((d1) => d1.first("…", one))
})

export const inStages: Layer.Layer<Strong<"AuthorizationCode.find">, never, D1> = bind(AuthorizationCode, {
  find: Effect.fnUntraced(function* (code: string) {
    const d1 = yield* D1Primary
    const found = yield* d1.first("…", grant)
    return code === "" ? undefined : found
  })
})

export const strongOfStrong: Layer.Layer<
  Strong<"AuthorizationCode.find">,
  never,
  Strong<"AuthorizationCode.redeem">
> = bind(AuthorizationCode, { find: (code) => AuthorizationCode.redeem({ code, attempt: "a" as never }) })

export const eventualOfKv: Layer.Layer<Eventual<"Clients.display">, never, Kv> = bind(Clients, {
  display: (_id) => KvClients.use((kv) => kv.first("…", name))
})

export const eventualOfStrong: Layer.Layer<Eventual<"Clients.display">, never, D1> = bind(Clients, {
  display: (_id) => D1Primary.use((d1) => d1.first("…", name))
})

export const eventualOfBoth: Layer.Layer<Eventual<"Clients.display">, never, D1 | Kv> = bind(Clients, {
  display: (_id) =>
    Effect.andThen(
      KvClients.use((kv) => kv.first("…", name)),
      D1Primary.use((d1) => d1.first("…", name))
    )
})

export const strongReading: Layer.Layer<Strong<"Clients.display">, never, D1> = bindStrongly(Clients, {
  display: (_id) => D1Primary.use((d1) => d1.first("…", name))
})

export const readStrongly = () =>
  Effect.runPromise(
    Effect.all([Clients.display("c"), strongly(Clients).display("c")]).pipe(
      Effect.provide([eventualOfStrong, strongReading]),
      Effect.provideService(D1Primary, { first: (_sql, read) => Effect.sync(() => read({})) })
    )
  )
