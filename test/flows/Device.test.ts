/** Devices and time, faults and growth: the provider's whole HTTP surface over storage in memory. RFC 8628 §3.5. */
import { Effect } from "effect"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { MemoryWorld } from "../../src/layers/test/Memory.ts"
import { updateClient } from "../../src/services/flows/operator/UpdateClient.ts"
import { withdrawConsent } from "../../src/services/flows/operator/WithdrawConsent.ts"
import { type NodeProvider, startNodeProvider } from "../attacks/NodeProvider.ts"
import { connect, enter, poll, polled, registerDevice, waiting } from "../clauses/Device.ts"
import { newBrowser, type RelyingParty } from "../clauses/RelyingParty.ts"
import { makeUser } from "../workerd/Fixtures.ts"

let node: NodeProvider
let tv: RelyingParty

beforeAll(async () => {
  node = await startNodeProvider()
  tv = await registerDevice(node, "tv")
  await node.run(makeUser("alice"))
})
afterAll(() => node?.close())

const minute = 60_000
const pending = "400 authorization_pending"

describe("RFC 8628 §3.5: time", () => {
  test("polled faster than the interval: slow_down, and 5 seconds more from then on", async () => {
    const { deviceCode } = await waiting(tv)
    expect(await polled(tv, deviceCode)).toBe(pending)
    node.advance(5_000)
    expect(await polled(tv, deviceCode)).toBe(pending)
    expect(await polled(tv, deviceCode)).toBe("400 slow_down")
    node.advance(10_000)
    expect(await polled(tv, deviceCode)).toBe(pending)
  })

  test("a device that was told to slow down gets its tokens all the same", async () => {
    const { deviceCode, userCode } = await waiting(tv)
    for (let i = 0; i < 3; i++) await polled(tv, deviceCode)
    await connect(newBrowser(), node.issuer, userCode)
    expect(await polled(tv, deviceCode)).toBe("Bearer")
  })

  test("expired_token: nobody decided in time, and the code is unknown to the pages", async () => {
    const { deviceCode, userCode } = await waiting(tv)
    const browser = newBrowser()
    await enter(browser, node.issuer, (await waiting(tv)).userCode)
    node.advance(10 * minute)
    expect(await polled(tv, deviceCode)).toBe("400 expired_token")
    const page = await enter(browser, node.issuer, userCode)
    expect([page.status, page.url.pathname]).toEqual([422, "/device"])
  })

  test("expired_token: it was approved, and the device did not come for it in time", async () => {
    const { deviceCode, userCode } = await waiting(tv)
    await connect(newBrowser(), node.issuer, userCode)
    node.advance(10 * minute)
    expect(await polled(tv, deviceCode)).toBe("400 expired_token")
  })

  test("a confirmation page that is left open too long approves nothing", async () => {
    const { deviceCode, userCode } = await waiting(tv)
    const browser = newBrowser()
    const consent = await enter(browser, node.issuer, userCode)
    node.advance(10 * minute)
    const page = await browser.submit(consent, { decision: "approve" })
    expect([page.status, page.url.pathname]).toEqual([422, "/device"])
    expect(await polled(tv, deviceCode)).toBe("400 expired_token")
  })

  test("a page for a code that is left open too long is shown anew, with what was typed", async () => {
    const browser = newBrowser()
    const page = await browser.open(`${node.issuer}/device`)
    node.advance(31 * minute)
    const { userCode } = await waiting(tv)
    const again = await browser.submit(page, { user_code: userCode })
    expect([again.status, again.url.pathname, again.body.includes(`value="${userCode}"`)]).toEqual([
      200,
      "/device",
      true
    ])
  })

  test("unknown and expired codes leave the same trace: same operations, same answer", async () => {
    const browser = newBrowser()
    const { userCode } = await waiting(tv)
    await enter(browser, node.issuer, userCode)
    node.advance(10 * minute)
    const traces: Array<ReadonlyArray<unknown>> = []
    for (const code of [userCode, "BCDF-GHJK"]) {
      const page = await browser.open(`${node.issuer}/device`)
      node.takeTrace()
      const answer = await browser.submit(page, { user_code: code })
      traces.push([node.takeTrace(), answer.status, answer.body.replaceAll(code, "").replace(/value="ey[^"]*"/, "")])
    }
    expect(traces[0]).toEqual(traces[1])
    const operations = ["Session.find", "Limit.take", "Device.find", "AuditLog.append", "Branding.copy"]
    expect(traces[0]?.slice(0, 2)).toEqual([operations, 422])
  })

  test("RFC 7591 §2 default_max_age: a login that is too old for the client is asked for again, once", async () => {
    const strict = await registerDevice(node, "strict", { default_max_age: 60 })
    const { deviceCode, userCode } = await waiting(strict)
    const browser = newBrowser()
    await enter(browser, node.issuer, (await waiting(tv)).userCode)
    node.advance(2 * minute)
    const login = await browser.submit(await browser.open(`${node.issuer}/device`), { user_code: userCode })
    expect(login.url.pathname).toBe("/login")
    const consent = await browser.submit(login, { login: "alice", password: "correct horse battery staple" })
    expect((await browser.submit(consent, { decision: "approve" })).url.pathname).toBe("/device/approved")
    expect(await polled(strict, deviceCode)).toBe("Bearer")
  })
})

describe("what happens between the yes and the tokens", () => {
  test("the consent is withdrawn: invalid_grant", async () => {
    const { deviceCode, userCode } = await waiting(tv)
    await connect(newBrowser(), node.issuer, userCode)
    await node.run(withdrawConsent("alice", "tv"))
    expect(await polled(tv, deviceCode)).toBe("400 invalid_grant")
  })

  test("OIDC Core §11: the session ends: tokens only if offline access was given", async () => {
    for (const [scope, outcome] of [
      ["openid", "400 invalid_grant"],
      ["openid offline_access", "Bearer"]
    ] as const) {
      const { deviceCode, userCode } = await waiting(tv, { scope })
      const browser = newBrowser()
      await connect(browser, node.issuer, userCode)
      await browser.submit(await browser.open(`${node.issuer}/logout`))
      expect(await polled(tv, deviceCode)).toBe(outcome)
    }
  })

  test("the client loses the device grant while the page is open: there is nothing to allow", async () => {
    const fickle = await registerDevice(node, "fickle", { redirect_uris: ["https://rp.example/cb"] })
    const { userCode } = await waiting(fickle)
    const browser = newBrowser()
    const consent = await enter(browser, node.issuer, userCode)
    const metadata = { grant_types: ["authorization_code"], response_types: ["code"] }
    await node.run(updateClient({ id: "fickle", metadata }))
    const page = await browser.submit(consent, { decision: "approve" })
    expect([page.status, page.url.pathname]).toEqual([422, "/device"])
  })
})

describe("fail closed: an answer that is lost is 503, and nothing is given that was not allowed", () => {
  const losing = async <A>(operation: string, act: () => Promise<A>): Promise<A> => {
    node.failing.add(operation)
    const given = await act()
    node.failing.delete(operation)
    return given
  }

  test("of the yes: the same button does the rest", async () => {
    const { deviceCode, userCode } = await waiting(tv)
    const browser = newBrowser()
    const consent = await enter(browser, node.issuer, userCode)
    for (const operation of ["AuthorizationCode.approve", "Device.decide"]) {
      const page = await losing(operation, () => browser.submit(consent, { decision: "approve" }))
      expect(page.status).toBe(503)
    }
    expect((await browser.submit(consent, { decision: "approve" })).url.pathname).toBe("/device/approved")
    expect(await polled(tv, deviceCode)).toBe("Bearer")
  })

  test("of the grant, before the device was told: it is still pending", async () => {
    const { deviceCode, userCode } = await waiting(tv)
    const browser = newBrowser()
    const consent = await enter(browser, node.issuer, userCode)
    await losing("AuthorizationCode.approve", () => browser.submit(consent, { decision: "approve" }))
    expect(await polled(tv, deviceCode)).toBe(pending)
    await browser.submit(consent, { decision: "deny" })
    expect(await polled(tv, deviceCode)).toBe("400 access_denied")
  })

  test("of the poll that took the approval: no tokens, and the device begins anew", async () => {
    const { deviceCode, userCode } = await waiting(tv)
    await connect(newBrowser(), node.issuer, userCode)
    const { body, status } = await losing("Device.poll", () => poll(tv, deviceCode))
    expect([status, body["error"]]).toEqual([503, "temporarily_unavailable"])
    expect(await polled(tv, deviceCode)).toBe("400 invalid_grant")
    const next = await waiting(tv)
    await connect(newBrowser(), node.issuer, next.userCode)
    expect(await polled(tv, next.deviceCode)).toBe("Bearer")
  })

  test("of the start: 503, and the device asks again", async () => {
    const { body, status } = await losing("Device.start", () => tv.post("/device_authorization", { scope: "openid" }))
    expect([status, body["error"]]).toEqual([503, "temporarily_unavailable"])
  })
})

describe("storage", () => {
  test("holds no user code and no secret of a device code", async () => {
    const { deviceCode, userCode } = await waiting(tv)
    const rows = await node.run(
      MemoryWorld.use(({ tickets }) =>
        Effect.succeed([...tickets.objects.values()].flatMap(({ rows }) => rows.get("devices")?.values() ?? []))
      )
    )
    expect(rows.length).toBeGreaterThan(0)
    const text = JSON.stringify(rows)
    const secret = deviceCode.slice(deviceCode.lastIndexOf(".") + 1)
    for (const hidden of [userCode, userCode.replace("-", ""), secret]) expect(text).not.toContain(hidden)
  })
})
