/**
 * A person with a real browser who connects a device, with scripts and without. RFC 8628 §3.3.
 *
 * Pictures of every page go to $SCREENSHOTS, or to `hapax-screens` among the temporary files.
 */
import type { Browser } from "playwright-core"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { poll, polled, registerDevice, waiting } from "../clauses/Device.ts"
import type { RelyingParty } from "../clauses/RelyingParty.ts"
import { makeUser, password } from "../workerd/Fixtures.ts"
import { type RunningProvider, startProvider } from "../workerd/Provider.ts"
import { chromiumIsThere, inChromium, launch, looks, visit } from "./Visitor.ts"

const logo = "https://tv.example/logo.svg"

describe.skipIf(!chromiumIsThere)(inChromium, { timeout: 120_000 }, () => {
  let provider: RunningProvider
  let tv: RelyingParty
  let browser: Browser

  beforeAll(async () => {
    provider = await startProvider()
    tv = await registerDevice(provider, "tv", {
      client_uri: "https://tv.example/",
      logo_uri: logo,
      policy_uri: "https://tv.example/privacy",
      tos_uri: "https://tv.example/terms"
    })
    await provider.run(makeUser("alice"))
    browser = await launch()
  }, 120_000)

  afterAll(async () => {
    await browser?.close()
    await provider?.close()
  })

  it.each(looks)(
    "$name: the code, a login, a look at what is asked, a yes; and the device has tokens",
    async (look) => {
      const { deviceCode, userCode } = await waiting(tv, { scope: "openid profile email offline_access" })
      const visitor = await visit(browser, look, logo)
      const { tab } = visitor
      await tab.goto(`${provider.issuer}/device`)
      expect(await visitor.picture("device")).toBe(0)
      await tab.fill("[name=user_code]", "bcdf-ghjk")
      await tab.click("#continue")
      await tab.fill("[name=login]", "alice")
      await tab.fill("[name=password]", password)
      expect(await visitor.picture("device-login")).toBe(0)
      await tab.click("#sign-in")
      expect(await tab.textContent("[role=alert]")).toContain("No device is waiting with that code")
      expect(await visitor.picture("device-unknown")).toBe(0)
      await tab.fill("[name=user_code]", userCode.toLowerCase())
      await tab.click("#continue")
      expect(await tab.textContent("#user-code")).toBe(userCode)
      expect(await visitor.picture("device-confirm")).toBe(0)
      await tab.click("#approve")
      expect(new URL(tab.url()).pathname).toBe("/device/approved")
      expect(await visitor.picture("device-approved")).toBe(0)
      expect((await poll(tv, deviceCode)).body).toMatchObject({
        token_type: "Bearer",
        refresh_token: expect.any(String)
      })
      // Whoever goes back to the question and answers it otherwise changes nothing any more.
      await tab.goBack()
      await tab.click("#deny")
      expect(await tab.textContent("[role=alert]")).toContain("No device is waiting")
      expect(visitor.complaints).toEqual([])
      await visitor.close()
    }
  )

  it("the link of the device fills in its code; a no is told to the device", async () => {
    const { body, deviceCode } = await waiting(tv)
    const look = looks[0]!
    const visitor = await visit(browser, look, logo)
    const { tab } = visitor
    await tab.goto(String(body["verification_uri_complete"]))
    expect(await tab.inputValue("[name=user_code]")).toBe(body["user_code"])
    await tab.click("#continue")
    await tab.fill("[name=login]", "alice")
    await tab.fill("[name=password]", password)
    await tab.click("#sign-in")
    await tab.click("#deny")
    expect(new URL(tab.url()).pathname).toBe("/device/denied")
    expect(await visitor.picture("device-denied")).toBe(0)
    expect(await polled(tv, deviceCode)).toBe("400 access_denied")
    expect(visitor.complaints).toEqual([])
    await visitor.close()
  })
})
