/**
 * Attacks 32 and 33: guessing, in parallel and one by one. NIST SP 800-63B §3.2.2, OWASP ASVS 5.0 §6.3.1, RFC 6585 §4,
 * RFC 8628 §5.1.
 *
 * What is sent at the same time is sent to real workerd; what needs a window to pass, to a clock that can be turned.
 */
import { Effect, Redacted } from "effect"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { type LimitName, limits } from "../../src/domain/RateLimit.ts"
import type { User } from "../../src/domain/User.ts"
import { registerClient } from "../../src/services/flows/operator/RegisterClient.ts"
import { throttle } from "../../src/services/flows/limits/Throttle.ts"
import { callback, register, RelyingParty } from "../clauses/RelyingParty.ts"
import { registerDevice, waiting } from "../clauses/Device.ts"
import { makeUser, password } from "../workerd/Fixtures.ts"
import { type RunningProvider, startProvider } from "../workerd/Provider.ts"
import { type NodeProvider, startNodeProvider } from "./NodeProvider.ts"
import { interactionOf, type Visit, Visitor } from "./Visitor.ts"

let provider: RunningProvider
let node: NodeProvider
let rps: { readonly worker: RelyingParty; readonly node: RelyingParty }
let users: Readonly<Record<string, User>>

const short = "eight ch"

/** A network that has used up its tries. */
const exhausted = "203.0.113.50"

beforeAll(async () => {
  provider = await startProvider({ REGISTRATION: "open" })
  node = await startNodeProvider()
  rps = { worker: await register(provider, "rp"), node: await register(node, "rp") }
  const made: Record<string, User> = {}
  for (const name of ["alice", "bob", "carol", "dave", "erin"]) {
    made[name] = await provider.run(makeUser(name))
    await node.run(makeUser(name))
  }
  users = made
  const metadata = { redirect_uris: [callback] }
  await provider.run(registerClient({ id: "short", metadata, secret: Redacted.make(short) }))
  await fill("login_address", exhausted, 0)
}, 60_000)
afterAll(() => Promise.all([provider?.close(), node?.close()]))

let last = 0
/** An address that nobody came from yet. */
const newAddress = () => `198.51.100.${++last}`

/** A browser at the login page, and its form. */
const atLogin = async (rp: RelyingParty, address = newAddress(), known?: Visitor) => {
  const visitor = known ?? new Visitor(rp.provider.issuer, address)
  return { visitor, interaction: await visitor.begin(rp, { prompt: "login" }) }
}

/** One try to sign in, in a browser of its own. */
const tryLogin = async (rp: RelyingParty, login: string, secret: string, address?: string, known?: Visitor) => {
  const { interaction, visitor } = await atLogin(rp, address, known)
  return visitor.login(interaction, login, secret)
}

const times = <A>(count: number, one: () => Promise<A>) => Promise.all(Array.from({ length: count }, one))

const countOf = (answers: ReadonlyArray<{ readonly status: number }>, status: number) =>
  answers.filter((answer) => answer.status === status).length

/** RFC 6585 §4, RFC 9110 §10.2.3: whole seconds, at least one, and no longer than the limit's window. */
const expectTooMany = ({ headers, status }: Pick<Visit, "headers" | "status">, limit: LimitName) => {
  expect(status).toBe(429)
  expect(headers.get("retry-after")).toMatch(/^[1-9][0-9]*$/)
  expect(Number(headers.get("retry-after"))).toBeLessThanOrEqual(limits[limit].window / 1000)
  expect(headers.get("cache-control")).toBe("no-store")
}

/** Uses up all tries but `free`, as if they had been made; those that were made already are not among these. */
const fill = (limit: LimitName, subject: string, free: number) =>
  provider.run(
    Effect.replicateEffect(Effect.ignore(throttle(limit, subject)), limits[limit].most - free, { concurrency: 20 })
  )

describe("attack 33: passwords, in parallel", () => {
  const { most } = limits.login_account

  test("NIST SP 800-63B §3.2.2: of N + k guesses at once exactly N are compared, whoever sends them", async () => {
    const forms = await times(most + 5, () => atLogin(rps.worker))
    const answers = await Promise.all(
      forms.map(({ interaction, visitor }) => visitor.login(interaction, "alice", "wrong password"))
    )
    expect(countOf(answers, 422)).toBe(most)
    const refused = answers.filter(({ status }) => status !== 422)
    expect(refused).toHaveLength(5)
    for (const answer of refused) expectTooMany(answer, "login_account")
    expect(refused[0]?.text).toContain("Too many attempts")
  })

  test("over the limit a right password looks like a wrong one, and the name of nobody like somebody's", async () => {
    const shown = ({ status, text }: Visit) => ({
      status,
      text: text.replace(/ (value|data-challenge)="[^"]*"|interaction=[^"&]*/g, "")
    })
    const address = newAddress()
    const right = shown(await tryLogin(rps.worker, "alice", password, address))
    expect(shown(await tryLogin(rps.worker, "alice", "wrong password", address))).toEqual(right)
    await fill("login_account", "username:nobody", 0)
    expect(shown(await tryLogin(rps.worker, "nobody", "wrong password", address))).toEqual(right)
    expect(right.status).toBe(429)
  })

  test("other people go on, and so does the same person by another name and in another way", async () => {
    expect((await tryLogin(rps.worker, "bob", password)).status).toBe(303)
    // Names are counted as they were typed: that two are one account's is told to nobody.
    expect((await tryLogin(rps.worker, "alice@example.com", "wrong password")).status).toBe(422)
  })
})

describe("OWASP ASVS 5.0 §6.3.1: nobody locks another person out", () => {
  test("a browser in which its person signed in goes on, whatever others try; for them alone", async () => {
    const carol = new Visitor(provider.issuer, newAddress())
    await carol.signIn(rps.worker, {}, "carol")
    for (const name of ["carol", "dave"]) await fill("login_account", `username:${name}`, 0)
    expectTooMany(await tryLogin(rps.worker, "carol", password), "login_account")
    expect((await tryLogin(rps.worker, "carol", password, undefined, carol.copy(exhausted))).status).toBe(303)
    expectTooMany(await tryLogin(rps.worker, "dave", password, undefined, carol.copy()), "login_account")
    // A cookie that was taken along is worth as many tries as a name is, and no more.
    const { interaction, visitor } = await atLogin(rps.worker, undefined, carol.copy())
    const { most } = limits.login_known
    const stolen = await times(most + 3, () => visitor.login(interaction, "carol", "wrong password"))
    // The one that was right a moment ago counts, because nobody misses it.
    expect(countOf(stolen, 422)).toBe(most - 1)
    expect(countOf(stolen, 429)).toBe(4)
  })

  test("a cookie that this provider did not seal for it opens nothing, and breaks nothing", async () => {
    const sealed = (await atLogin(rps.worker)).interaction
    for (const cookie of ["", "x", "e30.e30.e30.e30.e30", sealed]) {
      const visitor = new Visitor(provider.issuer, newAddress())
      visitor.cookies.set("hapax_device", cookie)
      expectTooMany(await tryLogin(rps.worker, "carol", password, undefined, visitor), "login_account")
    }
  })

  test("the cookie cannot be read by scripts, and goes to nobody else", async () => {
    const answer = await tryLogin(rps.worker, "bob", password)
    const cookie = answer.headers.getSetCookie().find((one) => one.startsWith("hapax_device="))
    expect(cookie).toMatch(/; Max-Age=31536000; Path=\/; .*HttpOnly; SameSite=Lax$/)
  })
})

describe("NIST SP 800-63B §3.2.2: a network is limited too", () => {
  test("one that used up its tries waits, with any name; an IPv6 address counts with its /64", async () => {
    await fill("login_address", "2001:db8:7:7::/64", 0)
    expectTooMany(await tryLogin(rps.worker, "bob", password, "2001:db8:7:7:1:2:3:4"), "login_address")
    expectTooMany(await tryLogin(rps.worker, "nobody", "wrong password", "2001:db8:7:7::1"), "login_address")
    expect((await tryLogin(rps.worker, "bob", password, "2001:db8:7:8::1")).status).toBe(303)
  })

  test("who has no try left does not use up those of a name", async () => {
    const refused = await times(limits.login_account.most, () =>
      tryLogin(rps.worker, "bob", "wrong password", exhausted)
    )
    expect(countOf(refused, 429)).toBe(limits.login_account.most)
    expect((await tryLogin(rps.worker, "bob", password)).status).toBe(303)
  })
})

describe("a window, as its clock goes", () => {
  const { most, window } = limits.login_account

  test("right passwords do not count where they would be missed", async () => {
    for (let tries = 0; tries < 2 * most; tries++) {
      expect((await tryLogin(rps.node, "alice", password)).status).toBe(303)
    }
  })

  test("RFC 9110 §10.2.3: who comes again after Retry-After is admitted, and not a second before", async () => {
    for (let tries = 0; tries < most; tries++) {
      expect((await tryLogin(rps.node, "bob", "wrong password")).status).toBe(422)
      node.advance(1_000)
    }
    const refused = await tryLogin(rps.node, "bob", password)
    expectTooMany(refused, "login_account")
    const wait = Number(refused.headers.get("retry-after")) * 1000
    node.advance(wait - 2_000)
    expectTooMany(await tryLogin(rps.node, "bob", password), "login_account")
    node.advance(2_000)
    expect((await tryLogin(rps.node, "bob", password)).status).toBe(303)
    node.advance(window)
  })

  test("a try that nobody knows to be counted is not compared", async () => {
    const { interaction, visitor } = await atLogin(rps.node)
    node.failing.add("Limit.take")
    node.takeTrace()
    expect((await visitor.login(interaction, "carol", password)).status).toBe(503)
    expect(node.takeTrace()).not.toContain("PasswordHasher.verify")
    node.failing.clear()
    expect((await visitor.login(interaction, "carol", password)).status).toBe(303)
  })
})

describe("attack 32: guessing user codes", () => {
  test("RFC 8628 §5.1: of N + k codes at once exactly N are looked up; then a right one is refused too", async () => {
    const tv = await registerDevice(provider, "tv")
    const { userCode } = await waiting(tv)
    const signedIn = async (login: string) => {
      const visitor = new Visitor(provider.issuer, newAddress())
      await visitor.signIn(rps.worker, {}, login)
      const page = await visitor.visit("/device")
      return { visitor, interaction: /name="interaction" value="([^"]*)"/.exec(page.text)?.[1] ?? "" }
    }
    const { interaction, visitor } = await signedIn("erin")
    await fill("user_code", users["erin"]?.id ?? "", 3)
    const enter = (user_code: string) => visitor.visit("/device", { interaction, user_code })
    const answers = await Promise.all(["BBBBBBBB", "CCCCCCCC", "DDDDDDDD", "FFFFFFFF", "GGGGGGGG"].map(enter))
    expect(answers.map(({ location }) => location).filter((to) => to.includes("error=unknown"))).toHaveLength(3)
    for (const answer of answers.filter(({ status }) => status !== 303)) expectTooMany(answer, "user_code")
    const right = await enter(userCode)
    expectTooMany(right, "user_code")
    expect(right.text).toContain("too many codes")
    // Who signs in to enter one is signed in all the same.
    const another = new Visitor(provider.issuer, newAddress())
    const page = await another.visit("/device")
    const step = /name="interaction" value="([^"]*)"/.exec(page.text)?.[1] ?? ""
    const login = await another.visit("/device", { interaction: step, user_code: userCode })
    await fill("user_code", users["bob"]?.id ?? "", 0)
    const done = await another.login(interactionOf(login.location), "bob")
    expect(done.location).toContain("error=throttled")
    expect(another.cookies.has("hapax_session")).toBe(true)
    expect((await another.visit(done.location)).status).toBe(429)
  })
})

describe("RFC 6749 §2.3.1: secrets of clients", () => {
  const introspect = (id: string, secret: string, address: string) =>
    new RelyingParty(provider, id, undefined).post(
      "/introspect",
      { token: "x" },
      { authorization: `Basic ${btoa(`${id}:${encodeURIComponent(secret)}`)}`, "cf-connecting-ip": address }
    )

  test("of N + k wrong ones exactly N are told so; the right one goes on, and so do others", async () => {
    const address = newAddress()
    await fill("client_secret", JSON.stringify(["rp", address]), 2)
    const answers = await times(4, () => introspect("rp", "wrong", address))
    expect(countOf(answers, 401)).toBe(2)
    const refused = answers.filter(({ status }) => status !== 401)
    for (const { body, headers, status } of refused) {
      expectTooMany({ headers, status }, "client_secret")
      expect(body["error"]).toBe("temporarily_unavailable")
    }
    expect((await introspect("rp", rps.worker.secret ?? "", address)).status).toBe(200)
    expect((await introspect("rp", "wrong", newAddress())).status).toBe(401)
  })

  test("of a short one never more are compared than the limit says; then the right one is refused too", async () => {
    const address = newAddress()
    await fill("client_secret", JSON.stringify(["short", address]), 2)
    // Given back, because hardly any are left: it may be right as often as it likes.
    for (let tries = 0; tries < 4; tries++) expect((await introspect("short", short, address)).status).toBe(200)
    const answers = await times(4, () => introspect("short", "wrong", address))
    expect(countOf(answers, 401)).toBe(2)
    expect(countOf(answers, 429)).toBe(2)
    const { headers, status } = await introspect("short", short, address)
    expectTooMany({ headers, status }, "client_secret")
    expect((await introspect("short", short, newAddress())).status).toBe(200)
  })
})

describe("RFC 7591 §5: registration where anybody may", () => {
  test("of N + k at once from one network exactly N are registered; another goes on", async () => {
    const address = newAddress()
    await fill("registration", address, 2)
    const registering = (from: string) =>
      fetch(`${provider.issuer}/register`, {
        method: "POST",
        headers: { "content-type": "application/json", "cf-connecting-ip": from },
        body: JSON.stringify({ redirect_uris: [callback] })
      })
    const answers = await times(4, () => registering(address))
    expect(countOf(answers, 201)).toBe(2)
    for (const answer of answers.filter(({ status }) => status !== 201)) expectTooMany(answer, "registration")
    expect((await registering(newAddress())).status).toBe(201)
  })
})
