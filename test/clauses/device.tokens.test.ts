/** What devices get is what any client gets: bound to keys, for resource servers, by its metadata. RFC 8628 §3.5. */
import { decodeJwt } from "jose"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { createResource } from "../../src/services/flows/operator/CreateResource.ts"
import { makeUser } from "../workerd/Fixtures.ts"
import { type RunningProvider, startProvider } from "../workerd/Provider.ts"
import { connect, enter, poll, polled, registerDevice, start, waiting } from "./Device.ts"
import { DpopKey } from "./DpopKey.ts"
import { newBrowser, type RelyingParty } from "./RelyingParty.ts"

const library = "https://library.example/"
const music = "https://music.example/"

let provider: RunningProvider
let tv: RelyingParty

beforeAll(async () => {
  provider = await startProvider()
  const scopes = ["openid", "profile", "offline_access", "library.read", "music.play"]
  tv = await registerDevice(provider, "tv", { scopes })
  await provider.run(createResource({ id: library, metadata: { scopes: ["library.read"] } }))
  await provider.run(createResource({ id: music, metadata: { scopes: ["music.play"] } }))
  await provider.run(makeUser("alice"))
}, 60_000)
afterAll(() => provider?.close())

const approved = async (client: RelyingParty, form: Record<string, string> = {}): Promise<string> => {
  const { deviceCode, userCode } = await waiting(client, form)
  await connect(newBrowser(), provider.issuer, userCode)
  return deviceCode
}

describe("RFC 9449 §5: proofs of possession", () => {
  test("a token is bound to the key that the poll proves, and so is the refresh token of a public client", async () => {
    const key = await DpopKey.make()
    const deviceCode = await approved(tv, { scope: "openid offline_access" })
    const { body } = await poll(tv, deviceCode, {}, await key.shownAt(provider, "/token"))
    expect(body).toMatchObject({ token_type: "DPoP" })
    expect(decodeJwt(body["access_token"])["cnf"]).toEqual({ jkt: key.jkt })
    const other = await DpopKey.make()
    expect((await other.refresh(tv, body["refresh_token"])).body["error"]).toBe("invalid_grant")
    expect((await tv.refresh(body["refresh_token"])).body["error"]).toBe("invalid_grant")
    expect((await key.refresh(tv, body["refresh_token"])).status).toBe(200)
  })

  test("a client registered for it has to; a poll without a proof, or with a wrong one, takes nothing", async () => {
    const bound = await registerDevice(provider, "bound", { dpop_bound_access_tokens: true })
    const deviceCode = await approved(bound)
    expect(await polled(bound, deviceCode)).toBe("400 invalid_dpop_proof")
    const key = await DpopKey.make()
    const wrong = await key.shownAt(provider, "/token", { claims: { htm: "GET" } })
    expect((await poll(bound, deviceCode, {}, wrong)).body["error"]).toBe("invalid_dpop_proof")
    expect((await poll(bound, deviceCode, {}, await key.shownAt(provider, "/token"))).body["token_type"]).toBe("DPoP")
  })
})

describe("RFC 8707: resource servers", () => {
  test("§2.1: named at the start, shown to the person, and what the token is for", async () => {
    const { deviceCode, userCode } = await waiting(tv, { scope: "library.read", resource: library })
    const browser = newBrowser()
    const page = await enter(browser, provider.issuer, userCode)
    expect(page.body).toContain("library.read")
    await browser.submit(page, { decision: "approve" })
    const { body } = await poll(tv, deviceCode)
    expect(decodeJwt(body["access_token"])).toMatchObject({ aud: library, scope: "library.read", client_id: "tv" })
  })

  test("§2.2: a poll names one of them; another, or none of several, takes nothing", async () => {
    const form = new URLSearchParams([
      ["client_id", "tv"],
      ["scope", "library.read music.play"],
      ["resource", library],
      ["resource", music]
    ])
    const asked = await fetch(`${provider.issuer}/device_authorization`, { method: "POST", body: form })
    const { device_code: deviceCode, user_code: userCode } = (await asked.json()) as Record<string, string>
    await connect(newBrowser(), provider.issuer, userCode ?? "")
    for (const other of [{}, { resource: "https://other.example/" }]) {
      expect((await poll(tv, deviceCode ?? "", other)).body["error"]).toBe("invalid_target")
    }
    const { body } = await poll(tv, deviceCode ?? "", { resource: music })
    expect(decodeJwt(body["access_token"])).toMatchObject({ aud: music, scope: "music.play" })
  })

  test("§2: one that is not there, or malformed, is refused at the start", async () => {
    for (const resource of ["https://other.example/", "library", `${library}#part`]) {
      const { body, status } = await start(tv, { scope: "library.read", resource })
      expect([status, body["error"]]).toEqual([400, "invalid_target"])
    }
  })
})

describe("the client's own metadata", () => {
  test("OIDC Core §5.3.2, §8.1: signed userinfo and a pairwise subject, as for any client", async () => {
    const pairwise = await registerDevice(provider, "pairwise", {
      userinfo_signed_response_alg: "RS256",
      id_token_signed_response_alg: "ES256",
      subject_type: "pairwise",
      redirect_uris: ["https://pairwise.example/cb"]
    })
    const { body } = await poll(pairwise, await approved(pairwise))
    const { body: open } = await poll(tv, await approved(tv))
    const subject = decodeJwt(body["id_token"]).sub
    expect(subject).not.toBe(decodeJwt(open["id_token"]).sub)
    const info = await pairwise.userinfo(body["access_token"])
    expect(info.headers.get("content-type")).toBe("application/jwt")
    expect(decodeJwt(info.text)).toMatchObject({ sub: subject, aud: "pairwise" })
  })
})
