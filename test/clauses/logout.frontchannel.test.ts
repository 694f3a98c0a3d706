/** Front-channel logout. OpenID Connect Front-Channel Logout 1.0. */
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { updateClient } from "../../src/services/flows/operator/UpdateClient.ts"
import { type Browser, type Page } from "../clients/Browser.ts"
import { makeUser } from "../workerd/Fixtures.ts"
import { type RunningProvider, startProvider } from "../workerd/Provider.ts"
import { newBrowser, register, type RelyingParty, sentTo } from "./RelyingParty.ts"

let provider: RunningProvider
let rp: RelyingParty
let second: RelyingParty
let without: RelyingParty
const signedOut = "https://rp.example/signed-out"
const app = "example.rp:/signed-out"

beforeAll(async () => {
  provider = await startProvider()
  rp = await register(provider, "rp", {
    frontchannel_logout_uri: "https://rp.example/front",
    frontchannel_logout_session_required: true,
    post_logout_redirect_uris: [signedOut, app]
  })
  second = await register(provider, "second", { frontchannel_logout_uri: "https://second.example:8443/front?a=b&c=d" })
  without = await register(provider, "without", { post_logout_redirect_uris: [signedOut] })
  await provider.run(makeUser("alice"))
}, 60_000)
afterAll(() => provider?.close())

interface SignedIn {
  readonly browser: Browser
  readonly idToken: string
  readonly sid: string
}

const signIn = async (...clients: ReadonlyArray<RelyingParty>): Promise<SignedIn> => {
  const browser = newBrowser()
  const tokens: Array<string> = []
  for (const client of clients) tokens.push((await client.tokens(browser))["id_token"])
  const idToken = tokens[0] ?? ""
  return { browser, idToken, sid: JSON.parse(Buffer.from(idToken.split(".")[1] ?? "", "base64url").toString()).sid }
}

/** The addresses of the page's frames. */
const framesOf = ({ body }: Page): ReadonlyArray<string> =>
  [...body.matchAll(/<iframe src="([^"]*)"[^>]* hidden>/g)].map(([, src = ""]) => src.replaceAll("&amp;", "&"))

/** The origins that the page may frame. */
const framed = ({ headers }: Page): string | undefined =>
  /frame-src ([^;]*)/.exec(headers.get("content-security-policy") ?? "")?.[1]

const expected = (sid: string) => {
  const told = new URLSearchParams({ iss: provider.issuer, sid }).toString()
  return [`https://rp.example/front?${told}`, `https://second.example:8443/front?a=b&c=d&${told}`]
}

describe("§3: the page after a logout renders the frontchannel_logout_uri of each client of the session", () => {
  test("in a frame, with iss and sid; what the registered address has is kept; others are not there", async () => {
    const { browser, idToken, sid } = await signIn(rp, second, without)
    const page = await rp.logout(browser, { id_token_hint: idToken })
    expect([page.status, page.headers.get("refresh")]).toEqual([200, null])
    expect(framesOf(page)).toEqual(expected(sid))
  })

  test("the policy allows the frames of exactly those origins, and nobody frames the page", async () => {
    const { browser, idToken } = await signIn(rp, second)
    const page = await rp.logout(browser, { id_token_hint: idToken })
    expect(framed(page)).toBe("https://rp.example https://second.example:8443")
    expect(page.headers.get("content-security-policy")).toContain("default-src 'none'")
    expect(page.headers.get("x-frame-options")).toBe("DENY")
  })

  test("and then goes on to the post_logout_redirect_uri, without a script, with state, and by a link", async () => {
    const { browser, idToken, sid } = await signIn(rp, second)
    const asked = { id_token_hint: idToken, post_logout_redirect_uri: signedOut, state: "a;b" }
    const page = await rp.logout(browser, asked)
    expect([page.status, page.headers.get("location")]).toEqual([200, null])
    expect(framesOf(page)).toEqual(expected(sid))
    expect(page.headers.get("refresh")).toBe(`3;url=${signedOut}?state=a%3Bb`)
    expect(page.body).toContain(`href="${signedOut}?state=a%3Bb"`)
    expect(page.body).not.toContain("<script")
  })

  test("an application's own scheme is gone on to as well; no link leads there", async () => {
    const { browser, idToken } = await signIn(rp)
    const page = await rp.logout(browser, { id_token_hint: idToken, post_logout_redirect_uri: app })
    expect(page.headers.get("refresh")).toBe(`3;url=${app}`)
    expect(page.body).not.toContain(app)
  })

  test("after a confirmation too", async () => {
    const { browser, sid } = await signIn(rp, second)
    const page = await browser.submit(await rp.logout(browser))
    expect(framesOf(page)).toEqual(expected(sid))
    expect(page.headers.get("refresh")).toBeNull()
  })

  test("the cookies of the session are taken back with the page", async () => {
    const { browser, idToken } = await signIn(rp)
    const page = await rp.logout(browser, { id_token_hint: idToken })
    expect(page.headers.getSetCookie().map((cookie) => cookie.slice(0, cookie.indexOf(";")))).toEqual([
      "hapax_session=",
      "hapax_state="
    ])
  })
})

describe("nobody to tell", () => {
  test("where no client of the session asked for it, the browser goes back at once", async () => {
    const { browser, idToken } = await signIn(without)
    const page = await rp.logout(browser, { id_token_hint: idToken, post_logout_redirect_uri: signedOut })
    expect([page.status, sentTo(page).href, page.headers.get("refresh")]).toEqual([303, signedOut, null])
  })

  test("a client of another session of the user is not told", async () => {
    await signIn(second)
    const { browser, idToken } = await signIn(rp)
    const page = await rp.logout(browser, { id_token_hint: idToken })
    expect(framed(page)).toBe("https://rp.example")
  })

  test("nobody is signed in: no frames", async () => {
    const { browser, idToken } = await signIn(rp)
    await rp.logout(browser, { id_token_hint: idToken })
    const page = await rp.logout(browser, { id_token_hint: idToken })
    expect([framesOf(page), framed(page)]).toEqual([[], undefined])
  })

  test("a client that was registered anew without an address is not framed any more", async () => {
    const fading = await register(provider, "fading", { frontchannel_logout_uri: "https://fading.example/front" })
    const { browser, idToken } = await signIn(rp, fading)
    await provider.run(updateClient({ id: "fading", metadata: { frontchannel_logout_uri: null } }))
    const page = await rp.logout(browser, { id_token_hint: idToken })
    expect(framed(page)).toBe("https://rp.example")
  })
})

describe("§3, §4: what the provider says of it", () => {
  test("a new login of the same user goes on with the session: the frames carry the sid of the ID token", async () => {
    const { browser, sid } = await signIn(rp)
    await second.authorize(browser, { prompt: "login" })
    expect(framesOf(await browser.submit(await rp.logout(browser)))).toEqual(expected(sid))
  })

  test("§4: the metadata", async () => {
    const document = await (await fetch(`${provider.issuer}/.well-known/openid-configuration`)).json()
    expect(document).toMatchObject({ frontchannel_logout_supported: true, frontchannel_logout_session_supported: true })
  })
})
