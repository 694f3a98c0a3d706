/**
 * Keys behind a `jwks_uri`, asked for by real workerd from a real server on this machine: attack 20, and what a client
 * may rely on. RFC 7591 §2, OIDC Core §10.1.1.
 */
import { createServer, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest"
import { bounds } from "../../src/layers/cloudflare/DocumentMemory.ts"
import { answerOf, callback } from "../clauses/RelyingParty.ts"
import { assertionClaims, asserting, makeKey, type SigningKey, sign } from "../clients/Signing.ts"
import { makeClient } from "../workerd/Fixtures.ts"
import { type RunningProvider, startProvider } from "../workerd/Provider.ts"

let provider: RunningProvider
let first: SigningKey
let second: SigningKey
let base: string
let clients = 0
const heard: Array<string> = []
const waiting = new Set<ServerResponse>()
/** What the server answers to each path. */
const answers = new Map<string, (response: ServerResponse) => void>()

const server = createServer((request, response) => {
  const path = request.url ?? ""
  heard.push(path)
  waiting.add(response)
  const answer = answers.get(path)
  if (answer === undefined) response.writeHead(404).end()
  else answer(response)
})

const setOf = (...keys: ReadonlyArray<SigningKey>) => JSON.stringify({ keys: keys.map(({ jwk }) => jwk) })

beforeAll(async () => {
  provider = await startProvider({ ALLOW_LOOPBACK: "true" })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  first = await makeKey("ES256", "first")
  second = await makeKey("ES256", "second")
}, 60_000)
afterAll(async () => {
  for (const response of waiting) response.destroy()
  server.close()
  await provider?.close()
})
beforeEach(() => void heard.splice(0))

/** A client whose keys are at this address. */
const clientAt = async (jwks_uri: string): Promise<string> => {
  const id = `rp-${clients++}`
  const metadata = { redirect_uris: [callback], token_endpoint_auth_method: "private_key_jwt", jwks_uri }
  await provider.run(makeClient(id, undefined, metadata))
  return id
}

/** So often the provider may ask since then, for one address: once, and as often as an unknown key is looked for. */
const mostSince = (began: number): number =>
  1 + bounds.fresh.reads * (1 + Math.ceil((Date.now() - began) / bounds.fresh.within))

/** The status of a request that this client signs. */
const statusOf = async (id: string, key: SigningKey, header: Record<string, unknown> = {}): Promise<number> => {
  const form = asserting(await sign(key, assertionClaims(id, provider.issuer), header))
  const body = new URLSearchParams({ ...form, token: "x" })
  const { body: answered, status } = await answerOf(
    await fetch(`${provider.issuer}/introspect`, { method: "POST", body })
  )
  if (status !== 200) expect(answered["error"]).toBe("invalid_client")
  return status
}

describe("OIDC Core §10.1.1: rotation of a client's keys", () => {
  test("the set is read once; an unknown kid has it read again, and the new key is good at once", async () => {
    const id = await clientAt(`${base}/rotating`)
    answers.set("/rotating", (response) => response.end(setOf(first)))
    for (let i = 0; i < 5; i++) expect(await statusOf(id, first)).toBe(200)
    expect(heard).toEqual(["/rotating"])
    answers.set("/rotating", (response) => response.end(setOf(first, second)))
    expect(await statusOf(id, second)).toBe(200)
    expect(await statusOf(id, first)).toBe(200)
    expect(heard).toEqual(["/rotating", "/rotating"])
  })

  test("a key without a kid is found too", async () => {
    const id = await clientAt(`${base}/nameless`)
    const { kid: _, ...jwk } = first.jwk
    answers.set("/nameless", (response) => response.end(JSON.stringify({ keys: [jwk] })))
    expect(await statusOf(id, first, { kid: undefined })).toBe(200)
    expect(await statusOf(id, second, { kid: undefined })).toBe(401)
  })

  test("fifty unknown keys make a handful of requests to its server, and the client is served meanwhile", async () => {
    const id = await clientAt(`${base}/hammered`)
    answers.set("/hammered", (response) => response.end(setOf(first)))
    const began = Date.now()
    for (let i = 0; i < 50; i++) expect(await statusOf(id, second, { kid: `unknown-${i}` })).toBe(401)
    expect(heard.length).toBeLessThanOrEqual(mostSince(began))
    expect(await statusOf(id, first)).toBe(200)
  })

  test("a wrong signature under a kid that is known has nothing read again", async () => {
    const id = await clientAt(`${base}/forged`)
    answers.set("/forged", (response) => response.end(setOf(first)))
    expect(await statusOf(id, first)).toBe(200)
    for (let i = 0; i < 3; i++) expect(await statusOf(id, second, { kid: first.kid })).toBe(401)
    expect(heard).toEqual(["/forged"])
  })

  test("ten requests at once with a new key: all are served, and the server hears of them a few times", async () => {
    const id = await clientAt(`${base}/at-once`)
    const began = Date.now()
    answers.set("/at-once", (response) => response.end(setOf(first)))
    expect(await statusOf(id, first)).toBe(200)
    answers.set("/at-once", (response) => response.end(setOf(second)))
    expect(await Promise.all(Array.from({ length: 10 }, () => statusOf(id, second)))).toEqual(Array(10).fill(200))
    expect(heard.length).toBeLessThanOrEqual(mostSince(began))
  })
})

describe("attack 20: a jwks_uri that is private, slow, huge or redirecting", () => {
  /** Signed with a key that the address would give, if it were read. */
  const isRefused = async (path: string) => expect(await statusOf(await clientAt(base + path), first)).toBe(401)

  test("redirecting: not followed", async () => {
    answers.set("/redirecting", (response) => response.writeHead(302, { location: `${base}/target` }).end())
    answers.set("/target", (response) => response.end(setOf(first)))
    await isRefused("/redirecting")
    expect(heard).toEqual(["/redirecting"])
  })

  test("huge: given up, whatever the keys at its beginning", async () => {
    const padding = " ".repeat(100_000)
    answers.set("/huge", (response) => response.end(`${setOf(first).slice(0, -1)},"x":"${padding}"}`))
    await isRefused("/huge")
    answers.set("/endless", (response) => {
      const more = () => response.destroyed || response.write(padding, () => setImmediate(more))
      more()
    })
    await isRefused("/endless")
  })

  test("slow: given up, and the client hears invalid_client", async () => {
    answers.set("/slow", () => undefined)
    await isRefused("/slow")
  })

  test.each([
    ["an error", (response: ServerResponse) => response.writeHead(500).end(setOf(first))],
    ["no JSON", (response: ServerResponse) => response.end("<html>")],
    ["no key set", (response: ServerResponse) => response.end("[]")],
    ["keys that are none", (response: ServerResponse) => response.end('{"keys":[7,null,"x"]}')],
    ["a secret as a key", (response: ServerResponse) => response.end('{"keys":[{"kty":"oct","k":"AAAA"}]}')],
    ["nothing", (response: ServerResponse) => response.destroy()]
  ])("%s: invalid_client, never 500", async (title, answer) => {
    const path = `/${title.replaceAll(" ", "-")}`
    answers.set(path, answer)
    await isRefused(path)
    expect(heard.length).toBeGreaterThan(0)
  })

  test("private addresses, also with the development switch: refused, whatever the notation", async () => {
    for (const uri of [
      "https://10.0.0.1/jwks",
      "https://169.254.169.254/latest/meta-data/",
      "http://0.0.0.0/",
      "https://[fd00::1]/",
      "https://metadata.google.internal/"
    ]) {
      expect(await statusOf(await clientAt(uri), first)).toBe(401)
    }
  })
})
