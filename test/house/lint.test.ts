/** The lint rules of `tools/lint/`: for each what it refuses, with its message, and what it lets pass. */
import { beforeAll, describe, expect, it } from "vitest"
import { lint } from "./Lint.ts"

const files = new Map<string, string>()
let said: ReadonlyMap<string, ReadonlyArray<string>> = new Map()

/** Adds a file; in a folder (with a final slash) it gets a name of its own. */
const file = (at: string, code: string) => {
  const path = at.endsWith("/") ? `${at}Case${files.size}.ts` : at
  if (files.has(path)) throw new Error(`two cases for ${path}`)
  files.set(path, code)
  return path
}

const refuses = (rule: string, at: string, code: string, ...messages: ReadonlyArray<string>) => {
  const path = file(at, code)
  it(`refuses in ${at}: ${code}`, () => {
    expect(said.get(path) ?? []).toEqual(messages.map((message) => `${rule}: ${message}`))
  })
}

const allows = (at: string, code: string) => {
  const path = file(at, code)
  it(`allows in ${at}: ${code}`, () => {
    expect(said.get(path) ?? []).toEqual([])
  })
}

beforeAll(() => {
  said = lint(files)
})

const elsewhere =
  "only src/layers/cloudflare/Bindings.ts reads env: elsewhere env may only be handed on, as an argument named env"

describe("hapax/raw-bindings", () => {
  const refused = (at: string, code: string, ...messages: ReadonlyArray<string>) =>
    refuses("hapax(raw-bindings)", at, code, ...messages)
  const cloudflare = "src/layers/cloudflare/"
  refused(
    cloudflare,
    `import { env } from "cloudflare:workers"\nexport const f = () => env.CLIENTS.get("a")`,
    elsewhere,
    elsewhere
  )
  refused(cloudflare, `import { env as e } from "cloudflare:workers"\nexport const kv = e["CLIENTS"]`, elsewhere)
  refused(cloudflare, `import { exports } from "cloudflare:workers"\nexport const f = exports.Account`, elsewhere)
  refused(cloudflare, `import * as workers from "cloudflare:workers"\nexport const f = workers.waitUntil`, elsewhere)
  refused(cloudflare, `export const f = async () => (await import("cloudflare:workers")).waitUntil`, elsewhere)
  refused(cloudflare, `export const f = (env: Env) => env.DB`, elsewhere)
  refused(cloudflare, `export const f = (env: Env) => { const { DB } = env; return DB }`, elsewhere)
  refused(cloudflare, `export const f = (env: Env) => { const e = env; return e }`, elsewhere)
  refused(cloudflare, `export const f = (env: Env) => ({ env })`, elsewhere)
  refused(cloudflare, `export class A extends DurableObject<Env> { f() { return this.env.DB } }`, elsewhere)
  refused(cloudflare, `export class A extends DurableObject<Env> { f() { return this["env"]["DB"] } }`, elsewhere)
  refused(
    cloudflare,
    `export class A extends DurableObject<Env> { f() { const { env: e } = this; return e } }`,
    elsewhere
  )
  refused(cloudflare, `export class A extends DurableObject { f() { return this.ctx.exports.Ticket } }`, elsewhere)
  refused(
    cloudflare,
    `export const clients = (db: D1Database) => db`,
    "D1Database is a raw binding: ask for a storage token of src/layers/cloudflare/Bindings.ts instead"
  )
  refused(
    cloudflare,
    `export interface Has { readonly all: Env }`,
    `Env may only be the type of a parameter named env: ${elsewhere}`
  )
  refused(
    cloudflare,
    `import type { KVNamespace } from "@cloudflare/workers-types"\nexport const clients = (kv: KVNamespace) => kv`,
    "KVNamespace is a raw binding: ask for a storage token of src/layers/cloudflare/Bindings.ts instead"
  )
  allows("src/layers/cloudflare/Bindings.ts", `export const bindings = (env: Env): KVNamespace => env.CLIENTS`)
  allows(
    "src/worker.ts",
    `export default { fetch: (r: Request, env: Env) => app(env).fetch(r, env) } satisfies ExportedHandler<Env>`
  )
  allows(
    cloudflare,
    `import { DurableObject } from "cloudflare:workers"\n` +
      `export class A extends DurableObject<Env> {\n` +
      `  constructor(ctx: DurableObjectState, env: Env) { super(ctx, env); this.b = of(this.env) }\n}`
  )
  allows(cloudflare, `import type { Queue } from "effect"\nexport const f = (q: Queue<string>) => q`)
  allows("src/cli/", `export const home = process.env["HOME"]`)
})

describe("hapax/provide-in-bind", () => {
  const refused = (code: string, ...whats: ReadonlyArray<string>) =>
    refuses(
      "hapax(provide-in-bind)",
      "src/layers/cloudflare/",
      code,
      ...whats.map((what) => `${what} inside bind hides from its type what an operation is made of`)
    )
  refused(`export const l = bind(C, { find: () => x.pipe(Effect.provide(kv)) })`, "Effect.provide")
  refused(`export const l = bind(C, { find: () => x.pipe(Effect.provideService(Kv, kv)) })`, "Effect.provideService")
  refused(
    `export const l = bindStrongly(C, { find: () => Effect.provideServiceEffect(x, Kv, kv) })`,
    "Effect.provideServiceEffect"
  )
  refused(`export const l = Bind.bind(C, { find: () => Effect.updateContext(x, f) })`, "Effect.updateContext")
  refused(`export const l = bind(C, { find: () => x.pipe(provideService(Kv, kv)) })`, "provideService")
  refused(`export const l = bind(C, { find: () => Effect.serviceOption(Kv) })`, "Effect.serviceOption")
  refused(`export const l = bind(C, { find: () => Effect.contextWith((c) => f(c)) })`, "Effect.contextWith")
  refused(
    `export const l = bind(C, { find: () => Effect.promise(() => Effect.runPromiseWith(c)(x)) })`,
    "Effect.runPromiseWith"
  )
  refused(`export const l = bind(C, f(Layer.provide(a, b)))`, "Layer.provide")
  refused(`const find = () => x.pipe(Effect.provide(kv))\nexport const l = bind(C, { find })`, "Effect.provide")
  refused(
    `const all = { find: () => read() }\n` +
      `function read() { return Effect.provide(x, kv) }\nexport const l = bind(C, all)`,
    "Effect.provide"
  )
  allows("src/layers/cloudflare/", `export const l = bind(C, { find: (id) => D1Primary.use((d1) => d1.first(id)) })`)
  allows("src/layers/cloudflare/", `export const l = bind(C, { find: () => x }).pipe(Layer.provide(D1Live))`)
  allows(
    "src/layers/cloudflare/",
    `const other = Effect.provide(x, kv)\nexport const l = [bind(C, { find: () => y }), other]`
  )
})

describe("hapax/bind-at-top", () => {
  const refused = (code: string) =>
    refuses(
      "hapax(bind-at-top)",
      "src/layers/cloudflare/",
      code,
      "bind in a function may close over storage that no type shows: bind at the top of the module"
    )
  refused(`export const f = (kv: Kv) => bind(C, { find: () => D1.use(() => kv.get()) })`)
  refused(`export const f = function* () { const kv = yield* Kv; return Bind.bindStrongly(C, { find: () => g(kv) }) }`)
  allows(
    "src/layers/cloudflare/",
    `export const l = Layer.merge(bind(C, { find: () => x }), bindStrongly(C, { find: () => y }))`
  )
  allows("src/layers/cloudflare/", `export const f = (d1: D1, id: string) => d1.prepare("SELECT 1").bind(id)`)
  allows("src/layers/test/", `export const f = (rows: Rows) => bind(C, { find: () => g(rows) })`)
})

describe("typescript/no-explicit-any", () => {
  refuses(
    "typescript(no-explicit-any)",
    "src/domain/",
    `export const f = (x: any) => x`,
    "Unexpected `any`. Specify a different type."
  )
  refuses(
    "linter",
    "src/domain/",
    `// oxlint-disable-next-line typescript/no-explicit-any\nexport const f = (x: string) => x`,
    "Unused oxlint-disable directive (no problems were reported)."
  )
  allows("src/domain/", `// oxlint-disable-next-line typescript/no-explicit-any\nexport const f = (x: any) => x`)
})

describe("hapax/fake-outside-tests", () => {
  const message = "fake takes anything for storage: it is for tests only, bind is for the rest"
  refuses(
    "hapax(fake-outside-tests)",
    "src/cli/",
    `import { fake } from "../layers/test/Fake.ts"\nexport const f = fake`,
    message
  )
  refuses("hapax(fake-outside-tests)", "src/cli/", `export { fake } from "../layers/test/Fake.ts"`, message)
  refuses("hapax(fake-outside-tests)", "src/cli/", `export const f = () => import("../layers/test/Fake.ts")`, message)
  allows("src/testing/", `export { fake } from "../layers/test/Fake.ts"`)
  allows("test/flows/", `import { fake } from "../../src/layers/test/Fake.ts"\nexport const f = fake`)
  allows("src/layers/test/", `import { fake } from "./Fake.ts"\nexport const f = fake`)
})

describe("hapax/forged-key", () => {
  const message = "a forged key: only bind may offer an operation, and only it knows the key"
  const refused = (code: string, ...messages: ReadonlyArray<string>) =>
    refuses("hapax(forged-key)", "src/layers/cloudflare/", code, ...messages)
  refused(`export const f = (c: Group) => c.keyFor("Strong", "A.b")`, message)
  refused(`export { keyFor } from "../../services/storage/Consistency.ts"`, message)
  refused(`export const f = Context.Service("hapax/storage/Strong/A.b")`, message)
  refused("export const f = (n: string) => Context.Service(`hapax/storage/Strong/${n}`)", message)
  refused(
    `export const f = (l: Layer.Layer<never>) => l as unknown as Layer.Layer<Strong<"A.b">>`,
    "a cast to Strong: only bind may offer an operation"
  )
  allows("src/layers/cloudflare/", `export const f = (l: Layer.Layer<Strong<"A.b">>) => l`)
  allows("src/services/storage/Bind.ts", `import { keyFor } from "./Consistency.ts"\nexport const f = keyFor`)
})

describe("hapax/trust", () => {
  const message = "what is strong and what is eventual is claimed in src/layers/ and in tests only"
  const claims = (path: string) =>
    `import { storage } from "${path}"\nexport const KvClients = storage.strong("KV")<KV>()`
  refuses("hapax(trust)", "src/services/flows/", claims("../storage/Storage.ts"), message)
  refuses("hapax(trust)", "src/cli/", claims("../services/storage/Storage.ts"), message)
  refuses("hapax(trust)", "src/services/storage/", `import * as S from "./Storage.ts"\nexport const f = S`, message)
  allows(
    "src/services/storage/",
    `import type { StrongStorage } from "./Storage.ts"\nexport type S = StrongStorage<"D1">`
  )
  allows("src/layers/objects/", claims("../../services/storage/Storage.ts"))
  allows("src/layers/cloudflare/", claims("../../services/storage/Storage.ts"))
  allows("test/keystone/", claims("../../src/services/storage/Storage.ts"))
})

describe("hapax/ambient", () => {
  const refused = (code: string, what: string) =>
    refuses(
      "hapax(ambient)",
      "src/domain/",
      code,
      `${what} outside the layers: take now as an argument, time from Clock, randomness from a port`
    )
  refused(`export const now = () => Date.now()`, "Date.now")
  refused(`export const now = () => new Date()`, "new Date()")
  refused(`export const now = () => Date()`, "Date()")
  refused(`export const now = () => performance.now()`, "performance.now")
  refused(`export const now = () => DateTime.nowUnsafe()`, "DateTime.nowUnsafe")
  refused(`export const f = () => Math.random()`, "Math.random")
  refused(`export const f = () => crypto.randomUUID()`, "crypto")
  refused(`const { subtle } = crypto\nexport const f = subtle`, "crypto")
  refused(`export const f = () => globalThis.crypto`, "globalThis.crypto")
  refused(`export const f = () => setTimeout(() => {}, 10)`, "setTimeout")
  allows("src/domain/", `export const f = (seconds: number) => new Date(seconds * 1000).toISOString()`)
  allows("src/domain/", `export const f = (crypto: string) => crypto.length`)
  allows("src/layers/cloudflare/", `export const f = () => [Date.now(), crypto.randomUUID(), Math.random()]`)
  allows("src/cli/", `export const f = () => Date.now()`)
})

describe("hapax/secret-comparison", () => {
  const refused = (code: string, name: string) =>
    refuses("hapax(secret-comparison)", "src/domain/", code, `${name} is secret: compare it through ConstantTime`)
  refused(`export const f = (hash: string, b: string) => hash === b`, "hash")
  refused(`export const f = (a: { codeVerifier: string }, b: string) => b !== a.codeVerifier`, "codeVerifier")
  refused(`export const f = (a: A, b: string) => (a.client as Client).secret !== b`, "secret")
  refused(`export const f = (a: A, b: string) => Redacted.value(a.accessToken) === b`, "accessToken")
  refused(`export const f = (csrfToken: string, b: string) => Equal.equals(csrfToken, b)`, "csrfToken")
  allows("src/domain/", `export const f = (hash?: string | null) => hash === undefined || hash === null`)
  allows("src/domain/", `export const f = (hash: string) => hash === "" || hash.length === 43`)
  allows("src/domain/", `export const f = (tokenType: string, b: string) => tokenType === b`)
  allows("src/domain/ConstantTime.ts", `export const f = (hash: string, b: string) => hash === b`)
})

describe("hapax/throw", () => {
  const thrown = "no throw here: a failure is a tagged error, and stands in the type"
  const tried = "no try here: use Effect.try, or a schema, and name the failure"
  refuses("hapax(throw)", "src/domain/", `export const f = () => { throw new Error("x") }`, thrown)
  refuses("hapax(throw)", "src/services/flows/", `export const f = () => { try { g() } catch { h() } }`, tried)
  refuses("hapax(throw)", "src/http/", `export const f = () => { try { g() } finally { h() } }`, tried)
  allows("src/layers/cloudflare/", `export const f = () => { throw new Error("x") }`)
})

describe("hapax/floating-effect", () => {
  const message = "this effect is made and dropped: nothing happens without yield*"
  refuses("hapax(floating-effect)", "src/services/flows/", `export const f = function* () { Effect.log("x") }`, message)
  refuses(
    "hapax(floating-effect)",
    "src/services/flows/",
    `import { Tickets } from "../storage/Tickets.ts"\nexport const f = function* () { Tickets.burn("t").pipe(g) }`,
    message
  )
  allows("src/services/flows/", `export const f = function* () { yield* Effect.log("x") }`)
  allows("src/layers/cloudflare/", `export const f = () => { Effect.runFork(g) }`)
})

describe("hapax/doors", () => {
  const refused = (at: string, code: string, message: string) =>
    refuses("hapax(doors)", at, code, `${message} (the table of rooms in AGENTS.md)`)
  const imports = (path: string) => `import { x } from "${path}"\nexport const f = x`
  refused(
    "src/domain/",
    imports("../services/storage/Clients.ts"),
    "src/domain/ may not import src/services/storage/Clients.ts"
  )
  refused(
    "src/domain/",
    `// oxlint-disable-next-line typescript/consistent-type-imports\n` +
      `export type F = import("../http/Router.ts").Router`,
    "src/domain/ may not import src/http/Router.ts"
  )
  refused("src/domain/", imports("jose"), `src/domain/ may not import the package "jose"`)
  refused("src/domain/", imports("effect/http"), `src/domain/ may not import the package "effect/http"`)
  refused(
    "src/http/",
    imports("../services/storage/Clients.ts"),
    "src/http/ may not import src/services/storage/Clients.ts"
  )
  refused("src/http/", imports("../services/ports/Signer.ts"), "src/http/ may not import src/services/ports/Signer.ts")
  refused("src/services/flows/", imports("../../http/Csrf.ts"), "src/services/flows/ may not import src/http/Csrf.ts")
  refused(
    "src/services/flows/grants/",
    `export * from "../../../layers/cloudflare/D1.ts"`,
    "src/services/flows/ may not import src/layers/cloudflare/D1.ts"
  )
  refused(
    "src/layers/objects/",
    imports("cloudflare:workers"),
    `src/layers/objects/ may not import the package "cloudflare:workers"`
  )
  refused(
    "src/layers/test/",
    imports("../cloudflare/D1.ts"),
    "src/layers/test/ may not import src/layers/cloudflare/D1.ts"
  )
  refuses(
    "hapax(doors)",
    "src/Stray.ts",
    imports("effect"),
    "src/Stray.ts stands in no room: give it one in AGENTS.md and tools/lint/Rooms.ts"
  )
  allows("src/domain/", `import { Schema } from "effect"\nimport { x } from "./Pkce.ts"\nexport const f = [Schema, x]`)
  allows("src/services/flows/grants/", imports("../../ports/Signer.ts"))
  allows("src/http/pages/", imports("../../services/ports/ProviderConfig.ts"))
  allows("src/layers/cloudflare/", imports("../objects/Account.ts"))
  allows("test/flows/", imports("../../src/layers/cloudflare/D1.ts"))
})
