/** Devices without a browser: what they ask, what people see, and what the devices get. RFC 8628. */
import { decodeJwt } from "jose"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { textOf } from "../clients/Browser.ts"
import { makeUser } from "../workerd/Fixtures.ts"
import { type RunningProvider, startProvider } from "../workerd/Provider.ts"
import { connect, deviceGrant, enter, poll, polled, registerDevice, start, waiting } from "./Device.ts"
import { metadataOf, newBrowser, register, type RelyingParty } from "./RelyingParty.ts"

let provider: RunningProvider
/** A public client, and one with a secret. */
let tv: RelyingParty
let box: RelyingParty

beforeAll(async () => {
  provider = await startProvider()
  tv = await registerDevice(provider, "tv")
  box = await registerDevice(provider, "box", { token_endpoint_auth_method: "client_secret_basic" })
  await provider.run(makeUser("alice"))
  await provider.run(makeUser("bob"))
}, 60_000)
afterAll(() => provider?.close())

/** What refuses: status, error, and that nothing of it is stored. */
const refusal = async (answer: ReturnType<typeof start>) => {
  const { body, headers, status } = await answer
  expect(headers.get("cache-control")).toBe("no-store")
  expect(body).not.toHaveProperty("device_code")
  return `${status} ${body["error"]}`
}

describe("RFC 8628 §4: the provider's metadata", () => {
  test("device_authorization_endpoint, and the grant type", async () => {
    expect(await metadataOf(provider)).toMatchObject({
      device_authorization_endpoint: `${provider.issuer}/device_authorization`,
      grant_types_supported: expect.arrayContaining([deviceGrant])
    })
  })
})

describe("RFC 8628 §3.1, §3.2: the device authorization endpoint", () => {
  test("§3.2: answers with both codes, where to enter one, how long and how often to poll with the other", async () => {
    for (const client of [tv, box]) {
      const { body, headers, status } = await start(client)
      expect([status, headers.get("cache-control")]).toEqual([200, "no-store"])
      expect(headers.get("content-type")).toBe("application/json")
      expect(body).toEqual({
        device_code: expect.stringMatching(/^1-\d\.[\w-]{22}\.[\w-]{43}$/),
        user_code: expect.stringMatching(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/),
        verification_uri: `${provider.issuer}/device`,
        verification_uri_complete: `${provider.issuer}/device?user_code=${body["user_code"]}`,
        expires_in: 600,
        interval: 5
      })
    }
  })

  test("§3.1: a client authenticates as at the token endpoint; a public one says who it is", async () => {
    expect(await refusal(box.post("/device_authorization", { client_id: "box", scope: "openid" }, {}))).toBe(
      "401 invalid_client"
    )
    expect(await refusal(start(box, { client_secret: "wrong" }))).toBe("400 invalid_request")
    expect(await refusal(tv.post("/device_authorization", { client_id: "nobody" }))).toBe("401 invalid_client")
    expect(await refusal(tv.post("/device_authorization", { client_id: "" }))).toBe("401 invalid_client")
  })

  test("§3.1: only a client that is registered for the grant", async () => {
    const web = await register(provider, "web")
    expect(await refusal(start(web))).toBe("400 unauthorized_client")
    const other = await poll(web, (await waiting(tv)).deviceCode)
    expect([other.status, other.body["error"]]).toEqual([400, "unauthorized_client"])
  })

  test("§3.1: scope is judged as at the authorization endpoint", async () => {
    expect(await refusal(start(tv, { scope: "" }))).toBe("400 invalid_scope")
    expect(await refusal(start(tv, { scope: "nothing-known" }))).toBe("400 invalid_scope")
    expect(await refusal(start(tv, { scope: 'openid "' }))).toBe("400 invalid_scope")
    expect((await start(tv, { scope: "openid nothing-known" })).status).toBe(200)
  })

  test("RFC 6749 §3.1, §3.2: a parameter sent twice, another kind of body, another method", async () => {
    const url = `${provider.issuer}/device_authorization`
    const twice = await fetch(url, {
      method: "POST",
      body: new URLSearchParams("client_id=tv&scope=openid&scope=email")
    })
    expect([twice.status, await twice.json()]).toMatchObject([400, { error: "invalid_request" }])
    const json = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body: "{}" })
    expect([json.status, await json.json()]).toMatchObject([400, { error: "invalid_request" }])
    expect((await fetch(`${url}?client_id=tv&scope=openid`)).status).toBe(405)
  })

  test("§6.1: two devices have two user codes", async () => {
    const codes = await Promise.all(Array.from({ length: 20 }, async () => (await waiting(tv)).userCode))
    expect(new Set(codes).size).toBe(20)
  })
})

describe("RFC 8628 §3.3: the pages", () => {
  test("§3.3: the code is entered, the person signs in, sees what is asked, allows it; there are tokens", async () => {
    const { deviceCode, userCode } = await waiting(tv, { scope: "openid profile offline_access" })
    expect(await polled(tv, deviceCode)).toBe("400 authorization_pending")
    const browser = newBrowser()
    const page = await browser.open(`${provider.issuer}/device`)
    expect([page.status, page.url.pathname, textOf(page, "error")]).toEqual([200, "/device", undefined])
    expect(page.headers.get("cache-control")).toBe("no-store")
    const login = await browser.submit(page, { user_code: userCode.toLowerCase().replace("-", "") })
    expect(login.url.pathname).toBe("/login")
    // Of a device nothing is told before somebody has signed in.
    expect(login.body).not.toContain("Living Room TV")
    const consent = await enter(browser, provider.issuer, userCode)
    expect(consent.url.pathname).toBe("/device/confirm")
    expect(consent.headers.get("content-security-policy")).toContain("frame-ancestors 'none'")
    expect(textOf(consent, "user-code")).toBe(userCode)
    for (const words of ["Living Room TV", "See your profile", "Keep this access", "Alice Example"]) {
      expect(consent.body).toContain(words)
    }
    const done = await browser.submit(consent, { decision: "approve" })
    expect([done.status, done.url.pathname]).toEqual([200, "/device/approved"])

    const { body, headers, status } = await poll(tv, deviceCode)
    expect([status, headers.get("cache-control")]).toEqual([200, "no-store"])
    expect(body).toMatchObject({ token_type: "Bearer", expires_in: 600, scope: "openid profile offline_access" })
    const subject = decodeJwt(body["id_token"]).sub
    expect(decodeJwt(body["id_token"])).toMatchObject({ iss: provider.issuer, aud: "tv", amr: ["pwd"] })
    expect((await tv.userinfo(body["access_token"])).body).toMatchObject({ sub: subject, name: "Alice Example" })
    const refreshed = await tv.refresh(body["refresh_token"])
    expect([refreshed.status, decodeJwt(refreshed.body["id_token"]).sub]).toEqual([200, subject])
  })

  test("§3.3.1: verification_uri_complete fills the code in, and the person goes on themselves", async () => {
    const { body, deviceCode, userCode } = await waiting(tv)
    const browser = newBrowser()
    const page = await browser.open(String(body["verification_uri_complete"]))
    expect([page.status, page.url.pathname]).toEqual([200, "/device"])
    expect(page.body).toContain(`value="${userCode}"`)
    expect(page.body).not.toContain("Living Room TV")
    expect(await polled(tv, deviceCode)).toBe("400 authorization_pending")
    const login = await browser.submit(page, { user_code: userCode })
    expect(login.url.pathname).toBe("/login")
  })

  test("§3.3: whoever is signed in is asked without a login, and asked every time", async () => {
    const browser = newBrowser()
    await connect(browser, provider.issuer, (await waiting(tv)).userCode)
    const again = await enter(browser, provider.issuer, (await waiting(tv)).userCode)
    expect(again.url.pathname).toBe("/device/confirm")
  })

  test("§3.5 access_denied: the person says no", async () => {
    const { deviceCode, userCode } = await waiting(box)
    const done = await connect(newBrowser(), provider.issuer, userCode, "deny")
    expect([done.status, done.url.pathname]).toEqual([200, "/device/denied"])
    expect(await polled(box, deviceCode)).toBe("400 access_denied")
    expect(await polled(box, deviceCode)).toBe("400 access_denied")
  })

  test("a code that never was, one that is malformed and one that was decided look the same", async () => {
    const browser = newBrowser()
    const used = await waiting(tv)
    await connect(browser, provider.issuer, used.userCode)
    for (const code of ["BCDF-GHJK", "wrong", "", "A".repeat(2_000), used.userCode]) {
      const page = await enter(browser, provider.issuer, code)
      expect([page.status, page.url.pathname]).toEqual([422, "/device"])
      expect(textOf(page, "error")).toContain("No device is waiting with that code")
    }
    expect(await polled(tv, used.deviceCode)).toBe("Bearer")
  })

  test("somebody who signs in for a code that is not there hears it then, and is signed in", async () => {
    const browser = newBrowser()
    const page = await enter(browser, provider.issuer, "BCDF-GHJK")
    expect([page.status, page.url.pathname]).toEqual([422, "/device"])
    const { userCode } = await waiting(tv)
    const next = await browser.submit(page, { user_code: userCode })
    expect(next.url.pathname).toBe("/device/confirm")
  })

  test("whoever does not want to sign in is back at the page for a code, and the device waits on", async () => {
    const { deviceCode, userCode } = await waiting(tv)
    const browser = newBrowser()
    const login = await browser.submit(await browser.open(`${provider.issuer}/device`), { user_code: userCode })
    const back = await browser.submit(login, { decision: "deny" })
    expect([back.status, back.url.pathname, textOf(back, "error")]).toEqual([200, "/device", undefined])
    expect(await polled(tv, deviceCode)).toBe("400 authorization_pending")
  })

  test("a wrong password does not lose the code", async () => {
    const { deviceCode, userCode } = await waiting(tv)
    const browser = newBrowser()
    const login = await browser.submit(await browser.open(`${provider.issuer}/device`), { user_code: userCode })
    const again = await browser.submit(login, { login: "alice", password: "wrong" })
    expect([again.status, again.url.pathname]).toEqual([422, "/login"])
    const consent = await browser.submit(again, { login: "alice", password: "correct horse battery staple" })
    expect((await browser.submit(consent, { decision: "approve" })).url.pathname).toBe("/device/approved")
    expect(await polled(tv, deviceCode)).toBe("Bearer")
  })

  test("a button that is pressed twice is one yes", async () => {
    const { deviceCode, userCode } = await waiting(tv)
    const browser = newBrowser()
    const consent = await enter(browser, provider.issuer, userCode)
    const pages = await Promise.all([1, 2].map(() => browser.submit(consent, { decision: "approve" })))
    expect(pages.map(({ url }) => url.pathname)).toEqual(["/device/approved", "/device/approved"])
    expect(await polled(tv, deviceCode)).toBe("Bearer")
    expect((await browser.submit(consent, { decision: "approve" })).url.pathname).toBe("/device/approved")
    expect(await polled(tv, deviceCode)).toBe("400 invalid_grant")
  })

  test("the page of somebody who signed out, or in as another, is asked for anew", async () => {
    const { deviceCode, userCode } = await waiting(tv, { scope: "openid profile" })
    const browser = newBrowser()
    const alices = await enter(browser, provider.issuer, userCode)
    const question = await browser.open(`${provider.issuer}/logout`)
    await browser.submit(question)
    const login = await browser.submit(alices, { decision: "approve" })
    expect(login.url.pathname).toBe("/login")
    const bobs = await browser.submit(login, { login: "bob", password: "correct horse battery staple" })
    expect(bobs.url.pathname).toBe("/device/confirm")
    // The form that Alice left open is Bob's to answer only after he was asked himself.
    const asked = await browser.submit(alices, { decision: "approve" })
    expect(asked.url.pathname).toBe("/device/confirm")
    expect(await polled(tv, deviceCode)).toBe("400 authorization_pending")
    await browser.submit(asked, { decision: "approve" })
    const { body } = await poll(tv, deviceCode)
    expect((await tv.userinfo(body["access_token"])).body).toMatchObject({ preferred_username: "bob" })
  })
})

describe("RFC 8628 §3.4, §3.5: the device's own requests", () => {
  test("§3.4: device_code is missing, malformed, of no shard, or was never given", async () => {
    const missing = await tv.post("/token", { grant_type: deviceGrant })
    expect([missing.status, missing.body["error"]]).toEqual([400, "invalid_request"])
    const codes = ["x", `1-0.${"a".repeat(22)}.${"b".repeat(43)}`, `77-0.${"a".repeat(22)}.${"b".repeat(43)}`]
    for (const code of codes) expect(await polled(tv, code)).toBe("400 invalid_grant")
  })

  test("RFC 6749 §5.2: another client's device code is refused, and its own client still gets tokens", async () => {
    const { deviceCode, userCode } = await waiting(tv)
    await connect(newBrowser(), provider.issuer, userCode)
    expect(await polled(box, deviceCode)).toBe("400 invalid_grant")
    expect(await polled(tv, deviceCode)).toBe("Bearer")
  })

  test("§3.5: a device code is good once; a later poll is refused and takes nothing away", async () => {
    const { deviceCode, userCode } = await waiting(tv, { scope: "openid offline_access" })
    await connect(newBrowser(), provider.issuer, userCode)
    const { body } = await poll(tv, deviceCode)
    expect(await polled(tv, deviceCode)).toBe("400 invalid_grant")
    expect((await tv.userinfo(body["access_token"])).status).toBe(200)
    expect((await tv.refresh(body["refresh_token"])).status).toBe(200)
  })

  test("OIDC Core §11: a refresh token only with offline_access", async () => {
    const { deviceCode, userCode } = await waiting(tv, { scope: "openid email" })
    await connect(newBrowser(), provider.issuer, userCode)
    expect((await poll(tv, deviceCode)).body).not.toHaveProperty("refresh_token")
  })

  test("OIDC Core §3.1.2.1: without openid there is no ID token", async () => {
    const { deviceCode, userCode } = await waiting(tv, { scope: "profile" })
    await connect(newBrowser(), provider.issuer, userCode)
    const { body } = await poll(tv, deviceCode)
    expect([body["scope"], body["id_token"]]).toEqual(["profile", undefined])
  })

  test("a confidential client authenticates at each poll", async () => {
    const { deviceCode, userCode } = await waiting(box)
    await connect(newBrowser(), provider.issuer, userCode)
    const form = { grant_type: deviceGrant, device_code: deviceCode, client_id: "box" }
    expect((await box.post("/token", form, {})).body["error"]).toBe("invalid_client")
    expect(await polled(box, deviceCode)).toBe("Bearer")
  })
})
