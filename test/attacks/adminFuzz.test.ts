/**
 * Every endpoint of the admin API, asked by an administrator for what is more or less of its schema, drawn from a seed:
 * always an answer or a problem, never a 5xx. OWASP ASVS 5.0 §2.2, RFC 9457.
 */
import { afterAll, beforeAll, expect, test } from "vitest"
import { adminScopes } from "../../src/domain/AdminScope.ts"
import { documentFor, type Operation } from "../../src/http/admin/AdminDocument.ts"
import { administrator } from "../clauses/Administrator.ts"
import { type Draw, makeDraw } from "./Draw.ts"
import { type NodeProvider, startNodeProvider } from "./NodeProvider.ts"

const seed = Number(process.env["FUZZ_SEED"] ?? 20_261_120)
const requests = Number(process.env["FUZZ_REQUESTS"] ?? 20)

let provider: NodeProvider

beforeAll(async () => {
  provider = await startNodeProvider()
})
afterAll(() => provider?.close())

interface Schema {
  readonly type?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
  readonly anyOf?: ReadonlyArray<Schema>
  readonly enum?: ReadonlyArray<unknown>
}

const texts = [
  "",
  "a",
  "admin-get-/admin/clients",
  "%",
  "é",
  "\u0000",
  "\ud800",
  "../..",
  "https://a.example/cb",
  "x".repeat(2000)
]
const names = ["__proto__", "constructor", "scopes", "redirect_uris", "profile", "jwks", "keys", "a.b", ""]
const junk: ReadonlyArray<unknown> = [null, true, -1, 1e308, 0.5, [], {}, [[]], { keys: [{ kty: "RSA" }] }, ...texts]

/** What the schema says, most of the time. */
const drawn = (draw: Draw, schema: Schema, depth = 0): unknown => {
  if (depth > 4 || draw.maybe(12)) return draw.of(junk)
  if (schema.enum !== undefined) return draw.of(schema.enum)
  if (schema.anyOf !== undefined) return drawn(draw, draw.of(schema.anyOf), depth + 1)
  const { items, properties, type } = schema
  if (items !== undefined) return Array.from({ length: draw.below(3) }, () => drawn(draw, items, depth + 1))
  if (type === "object") {
    const known = Object.entries(properties ?? {}).filter(() => draw.maybe(75))
    const members = known.map(([name, member]) => [name, drawn(draw, member, depth + 1)])
    const more = Array.from({ length: draw.maybe(30) || properties === undefined ? draw.below(3) : 0 }, () => [
      draw.of(names),
      draw.of(junk)
    ])
    return Object.fromEntries([...members, ...more])
  }
  if (type === "integer" || type === "number") return draw.of([0, 1, 60, 3600, -1, 2 ** 53, 1e15])
  return type === "boolean" ? draw.maybe(50) : draw.of(texts)
}

const bodyOf = ({ requestBody }: Operation): Schema | undefined => {
  const content = Object.values((requestBody?.content ?? {}) as Readonly<Record<string, { readonly schema?: Schema }>>)
  return content[0]?.schema
}

test(`seed ${seed}: ${requests} requests to each endpoint of the admin API`, async () => {
  const draw = makeDraw(seed)
  const statuses = new Set<number>()
  const wrong: Array<ReadonlyArray<unknown>> = []
  for (const [path, operations] of Object.entries(documentFor(provider.issuer).paths)) {
    for (const [name, operation] of Object.entries(operations)) {
      // One that takes back the keys, or deletes itself, is nobody afterwards.
      const admin = await administrator(provider, adminScopes, `admin-${name}-${path}`)
      for (let n = 0; n < requests; n += 1) {
        const method = name.toUpperCase()
        const filled = path
          .replace("/admin", "")
          .replaceAll(/\{\w+\}/g, () => encodeURIComponent(draw.of(texts).replaceAll("\ud800", "")) || "x")
        const query = draw.maybe(30)
          ? `?${new URLSearchParams({ [draw.of(["limit", "after", "x"])]: draw.of(texts) })}`
          : ""
        const tag = draw.of(["*", '"1"', 'W/"1"', "1", "", '"1", "2"', '"'.repeat(50)])
        const schema = bodyOf(operation)
        const body = schema === undefined ? undefined : drawn(draw, schema)
        const answer = await admin.ask(method, filled + query, {
          ...(body === undefined ? {} : { body: draw.maybe(95) ? JSON.stringify(body) : "{" }),
          headers: {
            ...(draw.maybe(70) ? { "if-match": tag } : {}),
            ...(draw.maybe(10) ? { "if-none-match": tag } : {}),
            ...(draw.maybe(5) ? { "content-type": draw.of(["text/plain", "application/json; charset=x", "x"]) } : {})
          }
        })
        const asked = `${method} ${filled}${query} ${JSON.stringify(body)}`
        const isProblem = answer.headers.get("content-type") === "application/problem+json"
        const isRight = answer.status < 400 || (isProblem && answer.body["status"] === answer.status)
        if (answer.status >= 500 || !isRight) wrong.push([asked.slice(0, 500), answer.status, answer.text])
        if (n === 0 && answer.status === 401) wrong.push([asked, "is not asked by an administrator"])
        statuses.add(answer.status)
      }
    }
  }
  expect(wrong).toEqual([])
  for (const status of [200, 400, 404, 428]) expect([...statuses]).toContain(status)
}, 120_000)
