/** Pairwise subjects: who would like to know whom the clients of another sector know. OIDC Core §8.1, RFC 7591 §5. */
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { decodeJwt } from "jose"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { connect, deviceGrant, poll, waiting } from "../clauses/Device.ts"
import { manage, partyOf, registerBy } from "../clauses/Registrant.ts"
import { answered, callback, newBrowser, RelyingParty } from "../clauses/RelyingParty.ts"
import { makeUser } from "../workerd/Fixtures.ts"
import { type RunningProvider, startProvider } from "../workerd/Provider.ts"

let provider: RunningProvider
let victim: RelyingParty
/** Whom the victim's sector knows. */
let known: string | undefined
let sector: string

/** The document of the victim's sector, which anybody can read and name. */
const document = createServer((_request, response) => response.end(JSON.stringify([callback])))

beforeAll(async () => {
  await new Promise<void>((resolve) => document.listen(0, "127.0.0.1", resolve))
  sector = `http://127.0.0.1:${(document.address() as AddressInfo).port}/sector.json`
  provider = await startProvider({ REGISTRATION: "open", ALLOW_LOOPBACK: "true" })
  await provider.run(makeUser("alice"))
  const registered = await registerBy(provider, { subject_type: "pairwise" })
  victim = partyOf(provider, registered)
  known = decodeJwt((await victim.tokens(newBrowser()))["id_token"]).sub
}, 60_000)
afterAll(async () => {
  document.close()
  await provider?.close()
})

describe("attack: two sectors find out that they know the same person", () => {
  const members = {
    subject_type: "pairwise",
    grant_types: ["authorization_code", "implicit"],
    response_types: ["code id_token"]
  }
  const at = (redirectUri: string) => registerBy(provider, { ...members, redirect_uris: [redirectUri] })

  test("nothing in the tokens of one session names it, or its user, alike at both", async () => {
    const browser = newBrowser()
    const names: Array<unknown> = []
    for (const host of ["one", "two"]) {
      const rp = partyOf(provider, await at(`https://${host}.example/cb`))
      const { code = "", id_token = "" } = await rp.authorize(browser, { response_type: "code id_token", nonce: host })
      const { body } = await rp.redeem(code)
      const [first, second, access] = [id_token, body["id_token"], body["access_token"]].map((jwt) => decodeJwt(jwt))
      // Whoever adds a claim says here whether it tells two clients something.
      const general = ["acr", "amr", "aud", "auth_time", "c_hash", "exp", "iat", "iss", "nonce"]
      expect(Object.keys(first ?? {}).sort()).toEqual([...general, "sid", "sub"])
      expect([second?.["sid"], second?.sub, access?.sub]).toEqual([first?.["sid"], first?.sub, first?.sub])
      expect((await rp.userinfo(body["access_token"])).body).toEqual({ sub: first?.sub })
      // The parts of an id after the number of its shard.
      names.push(first?.["sid"], first?.sub, ...(access?.jti ?? "").split(".").slice(1), ...code.split(".").slice(2))
    }
    expect(names).toHaveLength(10)
    expect(new Set(names).size).toBe(10)
  })

  test("a hint still ends the session without a question, and only that of its client", async () => {
    const browser = newBrowser()
    const rp = partyOf(provider, await at("https://three.example/cb"))
    const { id_token = "" } = await rp.authorize(browser, { response_type: "code id_token", nonce: "n" })
    const logout = (hint: string) =>
      browser.open(`${provider.issuer}/logout?${new URLSearchParams({ id_token_hint: hint })}`)
    const foreign = (
      await partyOf(provider, await at("https://four.example/cb")).authorize(newBrowser(), {
        response_type: "code id_token",
        nonce: "n"
      })
    )["id_token"]
    expect((await logout(foreign ?? "")).url.pathname).toBe("/logout/confirm")
    expect((await logout(id_token)).url.pathname).toBe("/logout")
    const silent = { response_type: "code id_token", nonce: "n", prompt: "none" }
    expect(answered(await rp.ask(browser, silent))).toMatchObject({ error: "login_required" })
  })
})

describe("attack: a client of devices joins a sector that it has no address of", () => {
  const ofDevices = {
    grant_types: [deviceGrant],
    response_types: [],
    token_endpoint_auth_method: "none",
    subject_type: "pairwise"
  }

  test.each([
    ["without an address of its own", { redirect_uris: [] }],
    ["with the victim's address, at which it needs no answer", { redirect_uris: [callback] }]
  ])("%s: the sector is refused, at registration and later", async (_name, addresses) => {
    const members = { ...ofDevices, ...addresses }
    const refused = [400, "invalid_client_metadata", expect.stringContaining("sector_identifier_uri")]
    const named = await registerBy(provider, { ...members, sector_identifier_uri: sector })
    expect([named.status, named.body["error"], named.body["error_description"]]).toEqual(refused)

    const registered = await registerBy(provider, members)
    expect(registered.status).toBe(201)
    const changed = { ...members, client_id: registered.body["client_id"], sector_identifier_uri: sector }
    const later = await manage(registered, "PUT", changed)
    expect([later.status, later.body["error"], later.body["error_description"]]).toEqual(refused)
  })

  test("what it is told is its own name of the user, and no one else's", async () => {
    const subs = new Set([known])
    for (const redirect_uris of [[], [callback], [callback]]) {
      const { body } = await registerBy(provider, { ...ofDevices, redirect_uris })
      const device = new RelyingParty(provider, body["client_id"], undefined)
      const { deviceCode, userCode } = await waiting(device)
      await connect(newBrowser(), provider.issuer, userCode)
      const tokens = await poll(device, deviceCode)
      subs.add(decodeJwt(tokens.body["id_token"]).sub)
    }
    expect(subs.size).toBe(4)
  })
})

describe("attack: a client that has grants moves into a sector that it has no address of", () => {
  const scope = "openid offline_access"
  const own = { redirect_uris: ["https://attacker.example/cb"] }

  test.each([
    ["from pairwise subjects", "pairwise", { redirect_uris: [callback] }],
    ["from public subjects", "public", { redirect_uris: [callback] }]
  ])("%s: refused, and a refresh tells the same as ever", async (_name, subject_type, moved) => {
    const registered = await registerBy(provider, { ...own, subject_type })
    const rp = partyOf(provider, registered)
    const { id_token, refresh_token } = await rp.tokens(newBrowser(), { scope })
    const answer = await manage(registered, "PUT", { client_id: rp.id, subject_type: "pairwise", ...moved })
    expect([answer.status, answer.body["error"]]).toEqual([400, "invalid_client_metadata"])
    const { body } = await rp.refresh(refresh_token)
    expect(decodeJwt(body["id_token"]).sub).toBe(decodeJwt(id_token).sub)
    expect(decodeJwt(id_token).sub).not.toBe(known)
  })

  test("what joins nobody is taken: another path, public subjects, devices", async () => {
    const registered = await registerBy(provider, { ...own, subject_type: "pairwise" })
    const changes = [
      { redirect_uris: ["https://attacker.example/other"], subject_type: "pairwise" },
      { ...own, subject_type: "public" },
      { ...own, subject_type: "pairwise", grant_types: ["authorization_code", deviceGrant] }
    ]
    for (const change of changes) {
      const answer = await manage(registered, "PUT", { client_id: registered.body["client_id"], ...change })
      expect([answer.status, answer.body["error_description"]]).toEqual([200, undefined])
    }
  })
})
