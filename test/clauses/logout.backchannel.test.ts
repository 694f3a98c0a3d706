/** Back-channel logout, with a server that takes the tokens. OpenID Connect Back-Channel Logout 1.0. */
import { createRemoteJWKSet, decodeJwt, jwtVerify } from "jose"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { logoutEvent } from "../../src/domain/Logout.ts"
import { deleteUser } from "../../src/services/flows/operator/DeleteUser.ts"
import { signOutUser } from "../../src/services/flows/operator/SignOutUser.ts"
import { disableUser } from "../../src/services/flows/operator/UserStatus.ts"
import type { Browser } from "../clients/Browser.ts"
import { makeUser } from "../workerd/Fixtures.ts"
import { type RunningProvider, startProvider } from "../workerd/Provider.ts"
import { type Received, type Receiver, startReceiver } from "./Receiver.ts"
import { answered, goThrough, newBrowser, register, type RelyingParty } from "./RelyingParty.ts"

let provider: RunningProvider
let receiver: Receiver

beforeAll(async () => {
  receiver = await startReceiver()
  provider = await startProvider({ ALLOW_LOOPBACK: "true" })
}, 60_000)
afterAll(async () => {
  await provider?.close()
  await receiver?.close()
})

type Metadata = Parameters<typeof register>[2]

/** A client that asks for a request at an address of its own. */
const listening = (id: string, metadata: Metadata = {}) =>
  register(provider, id, { backchannel_logout_uri: receiver.uriOf(id), ...metadata })

/** Somebody who signs in to clients, in one browser. */
const signIn = async (login: string, ...clients: ReadonlyArray<RelyingParty>) => {
  await provider.run(makeUser(login))
  const browser = newBrowser()
  const tokens: Array<Record<string, any>> = []
  for (const client of clients) tokens.push(await client.tokens(browser, {}, login))
  return { browser, tokens, claims: tokens.map(({ id_token }) => decodeJwt(id_token)) }
}

const logout = (browser: Browser, idToken: string) =>
  browser.open(`${provider.issuer}/logout?${new URLSearchParams({ id_token_hint: idToken })}`)

/** The token as a relying party has to judge it. §2.6. */
const verified = async ({ token }: Received, audience: string) => {
  const keys = createRemoteJWKSet(new URL(`${provider.issuer}/.well-known/jwks.json`))
  const { payload, protectedHeader } = await jwtVerify(token, keys, {
    issuer: provider.issuer,
    audience,
    typ: "logout+jwt",
    requiredClaims: ["iat", "exp", "jti", "events"]
  })
  expect(payload).not.toHaveProperty("nonce")
  expect(payload["events"]).toEqual({ [logoutEvent]: {} })
  return { payload, protectedHeader }
}

describe.concurrent("§2.4, §2.5: each client of the session that asked for it gets a signed logout token", () => {
  test("iss, aud, iat, exp, jti, sub, sid and one event, no nonce; posted as a form", async () => {
    const one = await listening("one")
    const two = await listening("two", { id_token_signed_response_alg: "ES256", subject_type: "pairwise" })
    const deaf = await register(provider, "deaf")
    const { browser, claims, tokens } = await signIn("alice", one, two, deaf)
    const elsewhere = await one.tokens(newBrowser(), {}, "alice")
    await logout(browser, tokens[0]?.["id_token"])
    const [first] = await receiver.of("one", 1)
    const [second] = await receiver.of("two", 1)
    expect(first?.contentType).toMatch(/^application\/x-www-form-urlencoded/)
    const { payload, protectedHeader } = await verified(first!, "one")
    expect(protectedHeader["alg"]).toBe("RS256")
    expect(payload).toMatchObject({ sub: claims[0]?.sub, sid: claims[0]?.["sid"] })
    const other = await verified(second!, "two")
    expect(other.protectedHeader["alg"]).toBe("ES256")
    expect(other.payload).toMatchObject({ sub: claims[1]?.sub, sid: claims[1]?.["sid"] })
    expect(other.payload.sub, "§2.4: the subject as this client knows it").not.toBe(claims[0]?.sub)
    expect(other.payload.jti).not.toBe(payload.jti)
    // Another browser's session is not this one's.
    expect((await one.introspect(elsewhere["access_token"])).body["active"]).toBe(true)
    expect(receiver.received.filter(({ path }) => path === "/one")).toHaveLength(1)
  })

  test("§2.6: a logout token is no ID token: as a hint it is nobody's", async () => {
    const rp = await listening("hinted", { post_logout_redirect_uris: ["https://rp.example/bye"] })
    const { browser, tokens } = await signIn("hinted", rp)
    await logout(browser, tokens[0]?.["id_token"])
    const [{ token } = { token: "" }] = await receiver.of("hinted", 1)
    const asked = { id_token_hint: token, post_logout_redirect_uri: "https://rp.example/bye" }
    const page = await newBrowser().open(`${provider.issuer}/logout?${new URLSearchParams(asked)}`)
    expect([page.status, page.headers.get("location")]).toEqual([200, null])
  })
})

describe.concurrent("§2.5, §2.8: clients that do not take it", () => {
  test("Back-Channel Logout §2.5: a slow one holds up nobody; one that fails is told again", async () => {
    const clients = await Promise.all(["slow", "failing", "refusing", "quick"].map((id) => listening(id)))
    receiver.answers("slow", (response) => void setTimeout(() => response.end(), 1_500))
    receiver.answers("failing", (response, nth) => void response.writeHead(nth === 1 ? 503 : 204).end())
    receiver.answers("refusing", (response, nth) => void response.writeHead(nth === 1 ? 302 : 200).end())
    const { browser, tokens } = await signIn("patient", ...clients)
    await logout(browser, tokens[0]?.["id_token"])
    const [again, refused] = [await receiver.of("failing", 2), await receiver.of("refusing", 2)]
    expect(new Set(again.map(({ claims }) => claims.jti)).size).toBe(1)
    expect(new Set(refused.map(({ claims }) => claims.jti)).size).toBe(1)
    for (const one of again) await verified(one, "failing")
    // All four were asked before any was asked again, and whoever took it was not.
    const paths = ["/failing", "/quick", "/refusing", "/slow"]
    const asked = receiver.received.map(({ path }) => path).filter((path) => paths.includes(path))
    expect(asked.slice(0, 4).toSorted()).toEqual(paths)
    expect(await receiver.of("slow", 1)).toHaveLength(1)
    expect(await receiver.of("quick", 1)).toHaveLength(1)
  }, 30_000)
})

describe.concurrent("whatever ends a session, its clients hear of it", () => {
  test("Back-Channel Logout §2.7: the operator signs a user out, disables one, deletes one", async () => {
    const rp = await listening("operated")
    const people = [await signIn("out", rp), await signIn("off", rp), await signIn("gone", rp)]
    await provider.run(signOutUser("out"))
    await provider.run(disableUser("off"))
    await provider.run(deleteUser("gone"))
    const told = (await receiver.of("operated", 3)).map(({ claims }) => claims["sid"])
    expect(told.toSorted()).toEqual(people.map(({ claims }) => claims[0]?.["sid"]).toSorted())
  })

  test("somebody else signs in with the same browser: the session before ends, and its clients hear", async () => {
    const rp = await listening("shared")
    const first = await signIn("first", rp)
    await provider.run(makeUser("second"))
    const page = await goThrough(first.browser, await rp.ask(first.browser, { prompt: "login" }), "second")
    expect(answered(page)).toHaveProperty("code")
    const [told] = await receiver.of("shared", 1)
    expect(told?.claims).toMatchObject({ sub: first.claims[0]?.sub, sid: first.claims[0]?.["sid"] })
  })

  test("the same user signs in again: nobody hears of an end; later everybody does, by the sid they know", async () => {
    const before = await listening("before")
    const after = await listening("after")
    const { browser, claims, tokens } = await signIn("again", before)
    expect(answered(await goThrough(browser, await after.ask(browser, { prompt: "login" }), "again"))).toHaveProperty(
      "code"
    )
    expect((await before.introspect(tokens[0]?.["access_token"])).body["active"]).toBe(true)
    const page = await browser.open(`${provider.issuer}/logout`)
    await browser.submit(page)
    const sids = [await receiver.of("before", 1), await receiver.of("after", 1)].flat().map((one) => one.claims["sid"])
    expect(sids).toEqual([claims[0]?.["sid"], claims[0]?.["sid"]])
    expect((await before.introspect(tokens[0]?.["access_token"])).body["active"]).toBe(false)
  })
})

describe.concurrent("§2.1: the metadata", () => {
  test("says that it is there, with sid", async () => {
    const document = await (await fetch(`${provider.issuer}/.well-known/openid-configuration`)).json()
    expect(document).toMatchObject({ backchannel_logout_supported: true, backchannel_logout_session_supported: true })
  })
})
