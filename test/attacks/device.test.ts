/** Attacks 26, 27, 29 and 32: what people are made to approve, and what devices try. RFC 8628 §5, RFC 9700 §4.7. */
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { connect, enter, poll, polled, registerDevice, waiting } from "../clauses/Device.ts"
import { newBrowser, register, type RelyingParty } from "../clauses/RelyingParty.ts"
import { makeUser } from "../workerd/Fixtures.ts"
import { type RunningProvider, startProvider } from "../workerd/Provider.ts"
import { interactionOf, Visitor } from "./Visitor.ts"

let provider: RunningProvider
let tv: RelyingParty
let rp: RelyingParty
/** Signed in once, for the tests that leave a session as it is. */
let people: { readonly alice: Visitor; readonly mallory: Visitor }

beforeAll(async () => {
  provider = await startProvider()
  tv = await registerDevice(provider, "tv")
  rp = await register(provider, "rp")
  await provider.run(makeUser("alice"))
  await provider.run(makeUser("mallory"))
  people = { alice: await signedIn("alice"), mallory: await signedIn("mallory") }
}, 60_000)
afterAll(() => provider?.close())

const signedIn = async (login: string): Promise<Visitor> => {
  const visitor = new Visitor(provider.issuer)
  await visitor.signIn(rp, {}, login)
  return visitor
}

/** The hidden step of the page for a user code. */
const entryStep = async (visitor: Visitor): Promise<string> =>
  /name="interaction" value="([^"]*)"/.exec((await visitor.visit("/device")).text)?.[1] ?? ""

/** Enters a user code; also what the Worker logged of that request, with its cost. */
const enterLogged = async (visitor: Visitor, interaction: string, user_code: string) => {
  const logged = provider.logs().length
  const answer = await visitor.visit("/device", { interaction, user_code })
  const [request] = provider
    .logs()
    .slice(logged)
    .filter(({ event }) => event === "request")
  return { ...answer, request }
}

/** The step of the page on which this visitor, who is signed in, allows a device. */
const consentStep = async (visitor: Visitor, user_code: string): Promise<string> => {
  const { location } = await visitor.visit("/device", { interaction: await entryStep(visitor), user_code })
  expect(location).toMatch(/^\/device\/confirm\?/)
  return interactionOf(location)
}

const pending = "400 authorization_pending"

describe("attack 26: CSRF on the device pages", () => {
  test("a code that another site posts in somebody's name is 403, and leads to no question", async () => {
    const { deviceCode, userCode } = await waiting(tv)
    const victim = people.alice.copy()
    const attackers = await entryStep(people.mallory.copy())
    for (const interaction of [attackers, await entryStep(victim)]) {
      // Without cookies, as SameSite leaves a form of another site; and with the victim's, and the attacker's step.
      const poster = interaction === attackers ? victim : new Visitor(provider.issuer)
      const refused = await poster.visit("/device", { interaction, user_code: userCode })
      expect([refused.status, refused.location]).toEqual([403, ""])
    }
    const stepless = await victim.visit("/device", { user_code: userCode })
    expect([stepless.status, stepless.location]).toEqual([400, ""])
    expect(await polled(tv, deviceCode)).toBe(pending)
  })

  test.each(["approve", "deny"])("%s without cookies, or with another browser's, is 403", async (decision) => {
    const { deviceCode, userCode } = await waiting(tv)
    const interaction = await consentStep(people.alice.copy(), userCode)
    for (const poster of [new Visitor(provider.issuer), people.mallory.copy()]) {
      const refused = await poster.visit("/device/confirm", { interaction, decision })
      expect([refused.status, refused.location]).toEqual([403, ""])
    }
    expect(await polled(tv, deviceCode)).toBe(pending)
  })

  test("approval by GET: nothing in an address approves", async () => {
    const { deviceCode, userCode } = await waiting(tv)
    const victim = people.alice.copy()
    const interaction = await consentStep(victim, userCode)
    const addresses = [
      `/device?user_code=${userCode}&decision=approve`,
      `/device/confirm?interaction=${interaction}&decision=approve`,
      "/device/approved"
    ]
    for (const address of addresses) expect((await victim.visit(address)).status).toBe(200)
    expect(await polled(tv, deviceCode)).toBe(pending)
  })

  test("a step is for its own page only, and a decision is one of two", async () => {
    const { deviceCode, userCode } = await waiting(tv)
    const visitor = people.alice.copy()
    const [entry, consent] = [await entryStep(visitor), await consentStep(visitor, userCode)]
    const rps = await visitor.begin(rp, { prompt: "consent" })
    for (const [path, form] of [
      ["/device/confirm", { interaction: entry, decision: "approve" }],
      ["/device/confirm", { interaction: rps, decision: "approve" }],
      ["/consent", { interaction: consent, decision: "approve" }],
      ["/device", { interaction: consent, user_code: userCode }],
      ["/device/confirm", { interaction: consent, decision: "yes" }],
      ["/device/confirm", { interaction: `${consent}x`, decision: "approve" }]
    ] as const) {
      expect((await visitor.visit(path, form)).status).toBe(400)
    }
    expect(await polled(tv, deviceCode)).toBe(pending)
  })
})

describe("attack 27: an attacker begins, a victim finishes", () => {
  test("the attacker's confirmation page, opened by the victim, is 403", async () => {
    const { deviceCode, userCode } = await waiting(tv)
    const interaction = await consentStep(people.mallory.copy(), userCode)
    expect((await people.alice.copy().visit(`/device/confirm?interaction=${interaction}`)).status).toBe(403)
    expect(await polled(tv, deviceCode)).toBe(pending)
  })

  test("RFC 8628 §5.4: a link with the code in it shows no client, asks nothing of storage, and warns", async () => {
    const { userCode } = await waiting(tv)
    const page = await people.alice.copy().visit(`/device?user_code=${userCode}`)
    expect(page.text).not.toContain("Living Room TV")
    expect(page.text).toContain("started this there yourself")
  })
})

describe("attack 29: framing", () => {
  test("every page of a device says frame-ancestors 'none'", async () => {
    const visitor = people.alice.copy()
    const step = await consentStep(visitor, (await waiting(tv)).userCode)
    for (const path of ["/device", `/device/confirm?interaction=${step}`, "/device/approved", "/device/denied"]) {
      const { headers, status } = await visitor.visit(path)
      expect([status, headers.get("x-frame-options")]).toEqual([200, "DENY"])
      expect(headers.get("content-security-policy")).toContain("frame-ancestors 'none'")
    }
  })
})

describe("attack 32: device", () => {
  test("any session approves a pending code: only one that was asked, by the page that it was asked on", async () => {
    const { deviceCode, userCode } = await waiting(tv)
    const alices = people.alice.copy()
    const interaction = await consentStep(alices, userCode)
    // Alice's browser, in which Mallory has signed in since: Mallory has been asked nothing yet.
    const mixed = alices.copy()
    mixed.cookies.set("hapax_session", people.mallory.cookies.get("hapax_session") ?? "")
    const asked = await mixed.visit("/device/confirm", { interaction, decision: "approve" })
    expect(asked.location).toMatch(/^\/device\/confirm\?/)
    // And one that nobody is signed in to.
    mixed.cookies.delete("hapax_session")
    const login = await mixed.visit("/device/confirm", { interaction, decision: "approve" })
    expect(login.location).toMatch(/^\/login\?/)
    expect(await polled(tv, deviceCode)).toBe(pending)
  })

  test("two people decide: the first decision stands, the second hears that there is nothing to decide", async () => {
    const { deviceCode, userCode } = await waiting(tv)
    const [alice, mallory] = [people.alice.copy(), people.mallory.copy()]
    const steps = [await consentStep(alice, userCode), await consentStep(mallory, userCode)]
    const no = await mallory.visit("/device/confirm", { interaction: steps[1] ?? "", decision: "deny" })
    expect(no.location).toBe("/device/denied")
    const yes = await alice.visit("/device/confirm", { interaction: steps[0] ?? "", decision: "approve" })
    expect(yes.location).toMatch(/^\/device\?.*error=/)
    expect(await polled(tv, deviceCode)).toBe("400 access_denied")
  })

  test("two people decide at once: one of them, and the device gets that one's", async () => {
    const { deviceCode, userCode } = await waiting(tv, { scope: "openid profile" })
    const visitors = [people.alice.copy(), people.mallory.copy()]
    const steps = await Promise.all(visitors.map((visitor) => consentStep(visitor, userCode)))
    const answers = await Promise.all(
      visitors.map((visitor, i) =>
        visitor.visit("/device/confirm", { interaction: steps[i] ?? "", decision: "approve" })
      )
    )
    const isYes = answers.map(({ location }) => location === "/device/approved")
    expect(isYes.filter((yes) => yes)).toHaveLength(1)
    const { body } = await poll(tv, deviceCode)
    const name = isYes[0] ? "alice" : "mallory"
    expect((await tv.userinfo(body["access_token"])).body).toMatchObject({ preferred_username: name })
  })

  test("eight polls at once after approval: one 200, the others invalid_grant, and the tokens stand", async () => {
    const { deviceCode, userCode } = await waiting(tv, { scope: "openid offline_access" })
    await connect(newBrowser(), provider.issuer, userCode)
    const answers = await Promise.all(Array.from({ length: 8 }, () => poll(tv, deviceCode)))
    const won = answers.filter(({ status }) => status === 200)
    expect(won).toHaveLength(1)
    const lost = answers.filter(({ status }) => status !== 200)
    expect(lost.map(({ body, status }) => [status, body["error"]])).toEqual(lost.map(() => [400, "invalid_grant"]))
    const tokens = won[0]?.body ?? {}
    expect((await tv.userinfo(tokens["access_token"])).status).toBe(200)
    expect((await tv.refresh(tokens["refresh_token"])).status).toBe(200)
  })

  test("eight polls at once before it: one is pending, the others are told to slow down", async () => {
    const { deviceCode } = await waiting(tv)
    const answers = await Promise.all(Array.from({ length: 8 }, () => polled(tv, deviceCode)))
    expect(answers.toSorted()).toEqual([pending, ...answers.slice(1).map(() => "400 slow_down")])
  })

  test("guessing user codes: whoever is not signed in has to, whatever the code; nothing is looked up", async () => {
    const { userCode } = await waiting(tv)
    const traces: Array<unknown> = []
    for (const user_code of [userCode, "BCDF-GHJK"]) {
      const visitor = new Visitor(provider.issuer)
      const interaction = await entryStep(visitor)
      const { location, request, status } = await enterLogged(visitor, interaction, user_code)
      traces.push([status, location.split("?")[0], request?.cost])
      expect(request?.cost).toMatchObject({ objectCalls: 0, d1Calls: 0 })
    }
    expect(traces[0]).toEqual(traces[1])
  })

  test("RFC 8628 §5.1, guessing: unknown and decided codes cost the same and look the same", async () => {
    const used = await waiting(tv)
    await connect(newBrowser(), provider.issuer, used.userCode)
    const visitor = people.alice.copy()
    const traces: Array<unknown> = []
    for (const user_code of [used.userCode, "BCDF-GHJK"]) {
      const interaction = await entryStep(visitor)
      const { location, request, status } = await enterLogged(visitor, interaction, user_code)
      traces.push([status, location.replace(/[A-Z]{4}-?[A-Z]{4}/, "code"), request?.cost?.["objectCalls"]])
      // The log of the audit, which is told of the failure, and nothing else.
      expect(request?.cost?.["d1Calls"]).toBe(1)
    }
    expect(traces[0]).toEqual(traces[1])
  })

  test("a device code with another secret is none, and its own is not slowed down for it", async () => {
    const { deviceCode, userCode } = await waiting(tv)
    const forged = `${deviceCode.slice(0, deviceCode.lastIndexOf("."))}.${"A".repeat(43)}`
    for (let i = 0; i < 3; i++) expect(await polled(tv, forged)).toBe("400 invalid_grant")
    expect(await polled(tv, deviceCode)).toBe(pending)
    await connect(newBrowser(), provider.issuer, userCode)
    expect(await polled(tv, forged)).toBe("400 invalid_grant")
    expect(await polled(tv, deviceCode)).toBe("Bearer")
  })

  test("a device code is no authorization code, and the other way round", async () => {
    const { deviceCode, userCode } = await waiting(tv)
    const browser = newBrowser()
    await connect(browser, provider.issuer, userCode)
    const asCode = await tv.post("/token", { grant_type: "authorization_code", code: deviceCode })
    expect(asCode.body["error"]).toBe("unauthorized_client")
    const both = await registerDevice(provider, "both", {
      grant_types: ["authorization_code", "urn:ietf:params:oauth:grant-type:device_code"],
      redirect_uris: ["https://rp.example/cb"]
    })
    expect((await both.redeem(deviceCode)).body["error"]).toBe("invalid_grant")
    expect(await polled(tv, deviceCode)).toBe("Bearer")
  })

  test("no user code and no secret of a device code is printed anywhere", async () => {
    const { deviceCode, userCode } = await waiting(tv)
    const page = await enter(newBrowser(), provider.issuer, userCode)
    expect(page.url.pathname).toBe("/device/confirm")
    const secret = deviceCode.slice(deviceCode.lastIndexOf(".") + 1)
    const printed = provider.output()
    for (const text of [userCode, userCode.replace("-", ""), secret]) expect(printed).not.toContain(text)
  })
})
