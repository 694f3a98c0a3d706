/** A client of the FAPI 2.0 Security Profile, whole flows over HTTP: pushed, signed, bound to a key. FAPI 2.0 §5.3. */
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { type Page, textOf } from "../clients/Browser.ts"
import { makeKey, makeUp, sign } from "../clients/Signing.ts"
import { makeUser } from "../workerd/Fixtures.ts"
import { type RunningProvider, startProvider } from "../workerd/Provider.ts"
import { DpopKey } from "./DpopKey.ts"
import { type FapiParty, type Otherwise, registerFapi } from "./FapiParty.ts"
import { type Answer, answered, answerOf, type Form, goThrough, metadataOf, newBrowser } from "./RelyingParty.ts"

let provider: RunningProvider
let bank: FapiParty
let other: FapiParty

beforeAll(async () => {
  provider = await startProvider()
  const redirectUri = "https://rp.example/cb?tenant=1"
  const metadata = {
    response_types: ["code", "code id_token", "code token"],
    grant_types: ["authorization_code", "refresh_token", "implicit"]
  }
  bank = await registerFapi(provider, "fapi", { redirectUri, metadata })
  other = await registerFapi(provider, "other", { redirectUri })
  await provider.run(makeUser("alice"))
}, 60_000)
afterAll(() => provider?.close())

/** Pushed without a proof, which nobody has to show here, unless there is a key to prove. */
const push = (form: Form = {}, otherwise: Otherwise = { key: null }) => bank.pushWith(form, otherwise)

/** A person says yes to what was pushed. */
const answerTo = async (pushed: Answer): Promise<Page> => {
  expect(pushed.status).toBe(201)
  const browser = newBrowser()
  return goThrough(browser, await browser.open(bank.pushedUrl(pushed.body["request_uri"])))
}

const redeem = (code = "", key: DpopKey = bank.key) => bank.redeemWith(code, {}, { key })

describe("FAPI 2.0 §5.3.2.2: requirements for authorization servers", () => {
  test("pushed, answered, redeemed: iss, the query of redirect_uri kept, tokens bound to the key", async () => {
    expect(await metadataOf(provider)).toMatchObject({ authorization_response_iss_parameter_supported: true })
    const pushed = await push({ state: "s", nonce: "n" })
    expect(pushed.body["expires_in"]).toBeGreaterThanOrEqual(5)
    const page = await answerTo(pushed)
    expect(page.headers.get("location")).toMatch(/^https:\/\/rp\.example\/cb\?tenant=1&code=/)
    const answer = answered(page)
    expect(answer).toMatchObject({ tenant: "1", state: "s", iss: provider.issuer })
    const tokens = await redeem(answer["code"])
    expect(tokens).toMatchObject({ status: 200, body: { token_type: "DPoP" } })
  })

  test("state and nonce are optional, and never invented", async () => {
    const answer = answered(await answerTo(await push()))
    expect(answer).not.toHaveProperty("state")
    const { body } = await redeem(answer["code"])
    const [, claims = ""] = String(body["id_token"]).split(".")
    expect(JSON.parse(Buffer.from(claims, "base64url").toString())).not.toHaveProperty("nonce")
  })

  test("the user cancels: access_denied", async () => {
    const browser = newBrowser()
    const login = await browser.open(bank.pushedUrl((await push({ state: "s" })).body["request_uri"]))
    const cancelled = answered(await browser.submit(login, { decision: "deny" }))
    expect(cancelled).toMatchObject({ error: "access_denied", state: "s", iss: provider.issuer })
  })

  test("an authorization request that was not pushed is refused, signed or not", async () => {
    const request = await sign(bank.signing, { ...bank.request, client_id: "fapi", aud: provider.issuer })
    for (const more of [{}, { request }, { request_uri: "https://rp.example/r" }] as ReadonlyArray<Form>) {
      const query = new URLSearchParams({ ...bank.request, client_id: "fapi", ...more })
      const page = await newBrowser().open(`${provider.issuer}/authorize?${query}`)
      expect(answered(page)).toMatchObject({ error: "invalid_request", iss: provider.issuer })
    }
    const strange = new URLSearchParams({ ...bank.request, client_id: "fapi", redirect_uri: "https://evil.example/" })
    const page = await newBrowser().open(`${provider.issuer}/authorize?${strange}`)
    expect([page.status, page.headers.get("location")]).toEqual([400, null])
  })

  const refused: ReadonlyArray<[string, Form, string]> = [
    ["no redirect_uri", { redirect_uri: "" }, "invalid_request"],
    ["a redirect_uri without its query", { redirect_uri: "https://rp.example/cb" }, "invalid_request"],
    ["no code_challenge", { code_challenge: "", code_challenge_method: "" }, "invalid_request"],
    ["plain", { code_challenge_method: "plain" }, "invalid_request"],
    ["response_type code id_token", { response_type: "code id_token", nonce: "n" }, "unauthorized_client"],
    ["response_type code token", { response_type: "code token" }, "unauthorized_client"],
    ["request_uri as a form parameter", { request_uri: "urn:ietf:params:oauth:request_uri:x" }, "invalid_request"],
    ["a nonce that is too long", { nonce: "n".repeat(9_000) }, "invalid_request"]
  ]
  test.each(refused)("%s: refused where it is pushed", async (_title, form, error) => {
    expect(await push(form)).toMatchObject({ status: 400, body: { error } })
  })

  test("no client authentication, and a secret in its place: invalid_client", async () => {
    const form = { ...bank.request, client_id: "fapi" }
    for (const more of [{}, { client_secret: "secret" }] as ReadonlyArray<Form>) {
      const body = new URLSearchParams({ ...form, ...more })
      const answer = await answerOf(await fetch(`${provider.issuer}/par`, { method: "POST", body }))
      expect(answer).toMatchObject({ status: 401, body: { error: "invalid_client" } })
    }
  })

  test("a request_uri is its client's alone", async () => {
    const { body } = await push()
    const page = await newBrowser().open(other.pushedUrl(body["request_uri"]))
    expect([page.status, textOf(page, "error")]).toEqual([400, "invalid_request_uri"])
  })

  test("a pushed request object: its values alone count; RS256 and none are refused", async () => {
    const claims = { ...bank.request, client_id: "fapi", aud: provider.issuer, state: "inside" }
    const answer = answered(
      await answerTo(await bank.send("/par", { request: await sign(bank.signing, claims), state: "beside" }))
    )
    expect(answer).toMatchObject({ code: expect.any(String), state: "inside" })
    const rsa = await makeKey("RS256", bank.signing.kid)
    const unsigned = makeUp({ alg: "none" }, claims)
    for (const request of [await sign(rsa, claims), unsigned]) {
      expect(await bank.send("/par", { request })).toMatchObject({
        status: 400,
        body: { error: "invalid_request_object" }
      })
    }
  })
})

describe("RFC 9449 §10.1: dpop_jkt, and a proof where the request is pushed", () => {
  test("dpop_jkt alone binds the code to the key", async () => {
    const answer = answered(await answerTo(await push({ dpop_jkt: bank.key.jkt })))
    const thief = await redeem(answer["code"], await DpopKey.make())
    expect(thief).toMatchObject({ status: 400 })
    expect(await redeem(answer["code"])).toMatchObject({ status: 200 })
  })

  test("a proof alone binds it too", async () => {
    const answer = answered(await answerTo(await push({}, { key: bank.key })))
    expect(await redeem(answer["code"], await DpopKey.make())).toMatchObject({ status: 400 })
    expect(await redeem(answer["code"])).toMatchObject({ status: 200 })
  })

  test("both, if they agree; a mismatch is refused", async () => {
    expect(await push({ dpop_jkt: bank.key.jkt }, { key: bank.key })).toMatchObject({ status: 201 })
    const another = await DpopKey.make()
    const mismatch = await push({ dpop_jkt: another.jkt }, { key: bank.key })
    expect(mismatch).toMatchObject({ status: 400, body: { error: "invalid_dpop_proof" } })
  })
})
