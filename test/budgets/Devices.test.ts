/** What a device costs, counted by the layers on real workerd: its start, its polls, and what a person does. */
import { afterAll, beforeAll, expect, test } from "vitest"
import { connect, enter, poll, registerDevice, start, waiting } from "../clauses/Device.ts"
import { newBrowser, type RelyingParty } from "../clauses/RelyingParty.ts"
import { makeUser } from "../workerd/Fixtures.ts"
import { type RunningProvider, startProvider } from "../workerd/Provider.ts"
import { costOf as spending } from "./Spending.ts"

let provider: RunningProvider
let tv: RelyingParty

beforeAll(async () => {
  provider = await startProvider()
  tv = await registerDevice(provider, "tv")
  await provider.run(makeUser("alice"))
}, 60_000)
afterAll(() => provider?.close())

const costOf = (method: string, pathname: string, step: () => Promise<unknown>) =>
  spending(provider, method, pathname, step)

test("a start is one object call, one row, its event and an alarm", async () => {
  const cost = await costOf("POST", "/device_authorization", () => start(tv))
  expect(cost).toMatchObject({ objectCalls: 1, d1Calls: 1 })
  expect(cost.rowsWritten).toBeLessThanOrEqual(3)
})

test("a poll that finds nothing decided is one object call and one row", async () => {
  const { deviceCode } = await waiting(tv)
  const cost = await costOf("POST", "/token", () => poll(tv, deviceCode))
  expect(cost).toMatchObject({ objectCalls: 1, d1Calls: 1, rowsWritten: 1 })
})

test("a poll for a code that is none writes nothing", async () => {
  const none = `1-0.${"a".repeat(22)}.${"b".repeat(43)}`
  expect(await costOf("POST", "/token", () => poll(tv, none))).toMatchObject({ objectCalls: 1, rowsWritten: 0 })
})

test("the poll that gets tokens is two object calls: the device's row and the user's home", async () => {
  const { deviceCode, userCode } = await waiting(tv)
  await connect(newBrowser(), provider.issuer, userCode)
  expect(await costOf("POST", "/token", () => poll(tv, deviceCode))).toMatchObject({ objectCalls: 2, d1Calls: 1 })
})

test("entering a code is three object calls of a browser that is signed in, and a yes two more", async () => {
  const browser = newBrowser()
  await connect(browser, provider.issuer, (await waiting(tv)).userCode)
  const { userCode } = await waiting(tv)
  const page = await browser.open(`${provider.issuer}/device`)
  let consent = page
  const entering = await costOf("POST", "/device", async () => {
    consent = await browser.submit(page, { user_code: userCode })
  })
  expect(entering).toMatchObject({ objectCalls: 3, d1Calls: 1 })
  // The count of codes, and the alarm of its shard.
  expect(entering.rowsWritten).toBeLessThanOrEqual(2)
  const approving = await costOf("POST", "/device/confirm", () => browser.submit(consent, { decision: "approve" }))
  expect(approving).toMatchObject({ objectCalls: 2, d1Calls: 1 })
})

test("the page for a code asks no storage, and a code of somebody who is not signed in none either", async () => {
  const browser = newBrowser()
  const { userCode } = await waiting(tv)
  const nothing = { objectCalls: 0, d1Calls: 0, rowsWritten: 0, kv: 0, r2: 0, queue: 0 }
  expect(await costOf("GET", "/device", () => browser.open(`${provider.issuer}/device`))).toEqual(nothing)
  expect(await costOf("POST", "/device", () => enter(browser, provider.issuer, userCode))).toEqual(nothing)
})
