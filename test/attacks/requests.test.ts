/**
 * Too many requests, at endpoints where nothing is guessed. The issue: "Limits on every endpoint by client, account and
 * address, standard headers, configurable, never more than N admitted in a window"; OWASP ASVS 5.0 §2.4.1, RFC 6585 §4,
 * draft-ietf-httpapi-ratelimit-headers-10.
 */
import { Effect } from "effect"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { limitNumbers } from "../../src/domain/LimitSettings.ts"
import { inForce, ProviderSettings } from "../../src/domain/Settings.ts"
import { admit } from "../../src/services/flows/limits/Admit.ts"
import { setSettings } from "../../src/services/flows/operator/SetSettings.ts"
import { LimitsInForce } from "../../src/services/ports/LimitsInForce.ts"
import { leasesIn } from "../budgets/Spending.ts"
import { registerDevice } from "../clauses/Device.ts"
import { newBrowser, register, type RelyingParty } from "../clauses/RelyingParty.ts"
import { Visitor } from "./Visitor.ts"
import { makeUser } from "../workerd/Fixtures.ts"
import { type RunningProvider, startProvider } from "../workerd/Provider.ts"

let provider: RunningProvider
let rp: RelyingParty
let other: RelyingParty
let tv: RelyingParty
let accessToken: string

const most = 20
/** Documents stay as they come: they are asked for to find out what it costs. */
const limits = {
  clients_most: most,
  resources_most: most,
  pages_most: most,
  administration_most: most,
  client_most: most,
  account_most: most,
  session_most: most,
  public_rows_most: most
}

beforeAll(async () => {
  provider = await startProvider({ ADDRESS_HEADER: "x-real-ip" })
  await provider.run(makeUser("alice"))
  rp = await register(provider, "rp")
  other = await register(provider, "other")
  tv = await registerDevice(provider, "tv")
  await provider.run(setSettings({ change: { limits } }))
  const tokens = await rp.tokens(newBrowser())
  accessToken = tokens["access_token"]
}, 60_000)
afterAll(() => provider?.close())

const query = "/authorize?client_id=rp&response_type=code&scope=openid&redirect_uri=https%3A%2F%2Frp.example%2Fcb"

let last = 0
/** A network that nobody came from yet. */
const newAddress = () => `198.51.100.${++last}`

const ask = (path: string, address: string, init: RequestInit = {}) =>
  fetch(provider.issuer + path, { ...init, redirect: "manual", headers: { ...init.headers, "x-real-ip": address } })

const form = (fields: Record<string, string>, headers: Record<string, string> = {}): RequestInit => ({
  method: "POST",
  headers,
  body: new URLSearchParams(fields)
})

const introspection = (client: RelyingParty) => form({ token: "x" }, client.credentials)

const times = <A>(count: number, one: (index: number) => Promise<A>) =>
  Promise.all(Array.from({ length: count }, (_, index) => one(index)))

const parts = (answers: ReadonlyArray<Response>) => ({
  admitted: answers.filter(({ status }) => status !== 429),
  refused: answers.filter(({ status }) => status === 429)
})

/** RFC 6585 §4, RFC 9110 §10.2.3: whole seconds, and no longer than the window and a permit's life. */
const expectRetryAfter = ({ headers }: Response) => {
  expect(headers.get("retry-after")).toMatch(/^[1-9][0-9]*$/)
  expect(Number(headers.get("retry-after"))).toBeLessThanOrEqual(70)
  expect(headers.get("cache-control")).toBe("no-store")
}

describe("by address: of N + k requests at once exactly N are admitted, and other addresses go on", () => {
  const badGrant = () => form({ grant_type: "authorization_code", code: "1-0.x.y", client_id: "tv" })

  const ofClients = { type: /^application\/json/, says: '"error":"temporarily_unavailable"' }
  const forms = {
    clients: ofClients,
    resources: ofClients,
    pages: { type: /^text\/html/, says: "temporarily_unavailable" },
    administration: { type: /^application\/problem\+json/, says: "/admin/docs#too-many-requests" }
  }

  test.each([
    ["/token", badGrant, 400, "clients"],
    ["/userinfo", () => ({}), 401, "resources"],
    [query, () => ({}), 303, "pages"],
    ["/nothing/here", () => ({}), 404, "pages"],
    ["/token", () => ({ method: "DELETE" }), 405, "clients"],
    ["/admin/clients", () => ({}), 401, "administration"]
  ] as const)("%s", async (path, init, status, limit) => {
    const address = newAddress()
    const { admitted, refused } = parts(await times(most + 5, () => ask(path, address, init())))
    expect(admitted.map((answer) => answer.status)).toEqual(Array.from({ length: most }, () => status))
    expect(refused).toHaveLength(5)
    for (const answer of refused) {
      expectRetryAfter(answer)
      expect(answer.headers.get("x-content-type-options")).toBe("nosniff")
      expect(answer.headers.get("content-type")).toMatch(forms[limit].type)
      expect(await answer.text()).toContain(forms[limit].says)
    }
    expect((await ask(path, newAddress(), init())).status).toBe(status)
  })

  test("however a path is written, it is the same endpoint", async () => {
    const address = newAddress()
    const ways = ["/%74oken", "/TOKEN", "/token/", "//token", "/token;x"]
    const write = (index: number) => ask(ways[index % ways.length] ?? "", address, badGrant())
    expect(parts(await times(most + 5, write)).admitted).toHaveLength(most)
    expect((await ask("/token", address, badGrant())).status).toBe(429)
  })

  test("ADDRESS_HEADER: whoever writes another header into their requests is in the same network", async () => {
    const forged = (index: number) =>
      fetch(`${provider.issuer}/token`, {
        ...badGrant(),
        headers: { "cf-connecting-ip": `203.0.113.${index}`, "x-forwarded-for": `203.0.113.${index}` }
      })
    const { admitted } = parts(await times(most + 5, forged))
    // A few were made without an address when the tests began; none of these has one of its own.
    expect(admitted.length).toBeLessThanOrEqual(most)
    expect(parts(await times(5, forged)).admitted).toHaveLength(0)
  })

  test("an IPv6 address counts with its /64", async () => {
    const from = (index: number) => ask("/token", `2001:db8:9:9::${index + 1}`, badGrant())
    expect(parts(await times(most + 5, from)).admitted).toHaveLength(most)
    expect((await ask("/token", "2001:db8:9:a::1", badGrant())).status).toBe(400)
  })

  test("what one isolate admitted is counted for all: a second one admits the rest of N", async () => {
    const address = newAddress()
    const numbers = limitNumbers(inForce(new ProviderSettings({ version: 1, limits })).limits)
    const elsewhere = Effect.replicateEffect(admit("clients", address), 14)
    await provider.run(elsewhere.pipe(Effect.provideService(LimitsInForce, numbers)))
    const { admitted } = parts(await times(most, () => ask("/token", address, badGrant())))
    expect(admitted.length).toBeGreaterThan(0)
    expect(admitted.length).toBeLessThanOrEqual(most - 14)
  })
})

describe("by client: only one that has proved who it is", () => {
  test("wherever its requests come from, N are admitted; another client goes on", async () => {
    const { admitted, refused } = parts(
      await times(most + 5, () => ask("/introspect", newAddress(), introspection(other)))
    )
    expect(admitted.length).toBeLessThanOrEqual(most)
    expect(admitted.length).toBeGreaterThanOrEqual(most - 1)
    for (const answer of refused) expectRetryAfter(answer)
    expect((await ask("/introspect", newAddress(), introspection(rp))).status).toBe(200)
  })

  test("nobody uses up a client's requests with its name and a wrong secret, or a public one's", async () => {
    const pretending = form({ token: "x" }, { authorization: `Basic ${btoa("rp:wrong wrong wrong wrong wrong")}` })
    const answers = await times(most + 5, () => ask("/introspect", newAddress(), pretending))
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 401))
    expect((await ask("/introspect", newAddress(), introspection(rp))).status).toBe(200)
    const polling = await times(most + 5, () => ask("/token", newAddress(), form({ client_id: "tv", grant_type: "x" })))
    expect(polling.map(({ status }) => status)).toEqual(polling.map(() => 400))
  })
})

describe("by account", () => {
  test("wherever a token is shown, N are admitted", async () => {
    const show = () => ask("/session/status", newAddress(), form({}, { authorization: `Bearer ${accessToken}` }))
    const { admitted, refused } = parts(await times(2 * most, show))
    expect(admitted).toHaveLength(most)
    expect(refused).toHaveLength(most)
    for (const answer of refused) expectRetryAfter(answer)
  })
})

describe("by session", () => {
  test("wherever its browser asks from, N authorizations are given; a made-up cookie uses up none", async () => {
    const visitor = new Visitor(provider.issuer)
    await visitor.signIn(rp, {}, "alice")
    const silent = (cookie: string) => ask(`${query}&prompt=none`, newAddress(), { headers: { cookie } })
    const own = [...visitor.cookies].map(([name, value]) => `${name}=${value}`).join("; ")
    const forged = own.replace(/(hapax_session=[^;]*).{4}/, "$1AAAA")
    expect(forged).not.toBe(own)
    await times(most + 5, () => silent(forged))
    const { admitted, refused } = parts(await times(most + 5, () => silent(own)))
    expect(admitted.every(({ headers }) => headers.get("location")?.includes("code=") === true)).toBe(true)
    // Signing in was a request of the session too.
    expect(admitted.length).toBeGreaterThanOrEqual(most - 1)
    expect(admitted.length).toBeLessThanOrEqual(most)
    for (const answer of refused) expectRetryAfter(answer)
  })
})

describe("rows that anybody may leave: clients that cannot prove who they are", () => {
  test("RFC 8628 §3.1: of N + k devices at once from one network N are started; another network goes on", async () => {
    const address = newAddress()
    const starting = (from: string) => ask("/device_authorization", from, form({ client_id: "tv", scope: "openid" }))
    const { admitted } = parts(await times(most, () => starting(address)))
    expect(admitted.map(({ status }) => status)).toEqual(Array.from({ length: most }, () => 200))
    expect((await starting(address)).status).toBe(429)
    expect((await starting(newAddress())).status).toBe(200)
    expect(tv.secret).toBeUndefined()
  })
})

describe("draft-ietf-httpapi-ratelimit-headers-10: RateLimit-Policy and RateLimit", () => {
  test("§3, §4: each policy that counted the request, how many are left and when there are more", async () => {
    const answer = await ask("/introspect", newAddress(), introspection(rp))
    expect(answer.headers.get("ratelimit-policy")).toBe('"clients";q=20;w=60, "client";q=20;w=60')
    expect(answer.headers.get("ratelimit")).toMatch(/^"clients";r=1?[0-9];t=60, "client";r=1?[0-9];t=60$/)
    expect(answer.headers.get("access-control-expose-headers")).toContain("ratelimit-policy")
  })

  test("§4: over the limit nothing is left, until Retry-After", async () => {
    const address = newAddress()
    const { refused } = parts(await times(most + 1, () => ask("/token", address, form({ client_id: "tv" }))))
    const [answer] = refused
    expect(answer?.headers.get("ratelimit-policy")).toBe('"clients";q=20;w=60')
    expect(answer?.headers.get("ratelimit")).toMatch(
      new RegExp(`^"clients";r=0;t=${answer?.headers.get("retry-after") ?? "none"}$`)
    )
  })

  test("attack 37: pages tell nothing of it, refused or not, nor do documents that caches keep", async () => {
    const address = newAddress()
    const pages = await times(most + 1, () => ask("/login", address))
    const documents = [await ask("/.well-known/jwks.json", address), await ask("/style.css", address)]
    for (const { headers } of [...pages, ...documents]) {
      expect(headers.has("ratelimit")).toBe(false)
      expect(headers.has("ratelimit-policy")).toBe(false)
    }
  })
})

describe("what it costs: permits are leased in blocks", () => {
  const discover = (address: string) => ask("/.well-known/openid-configuration", address)

  /** The leases of requests that are made one after the other. */
  const leasesOf = async (addresses: ReadonlyArray<string>) => {
    const logged = provider.logs().length
    for (const address of addresses) expect((await discover(address)).status).toBe(200)
    const logs = provider.logs().slice(logged)
    expect(logs.filter(({ event }) => event === "request")).toHaveLength(addresses.length)
    return leasesIn(logs)
  }

  test("60 requests from 30 networks cost no call, and 100 from one cost 4: one for each block", async () => {
    const networks = Array.from({ length: 30 }, newAddress)
    expect(await leasesOf([...networks, ...networks])).toBe(0)
    const busy = newAddress()
    // The allowance of 6, and blocks of 8, 16, 32 and 64.
    expect(await leasesOf(Array.from({ length: 100 }, () => busy))).toBe(4)
  })
})
