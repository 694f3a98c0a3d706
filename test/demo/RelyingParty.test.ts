/** The demo relying party against a provider that is not ours, over HTTP. OpenID Connect Core §3.1. */
import { exportJWK, generateKeyPair } from "jose"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { type RelyingParty, startRelyingParty } from "../../demo/RelyingParty.ts"
import { Browser, jsonOf, type Page, textOf } from "../clients/Browser.ts"
import { CLIENT, type ReferenceProvider, startReferenceProvider } from "./ReferenceProvider.ts"

let provider: ReferenceProvider
let demo: RelyingParty

beforeAll(async () => {
  provider = await startReferenceProvider()
  demo = await startRelyingParty({ ...CLIENT, issuer: provider.issuer, port: 0 })
  await provider.open(demo.url)
})
afterAll(async () => {
  await demo.close()
  await provider.close()
})

const EVERYTHING = "scope=profile&scope=email&scope=offline_access&prompt=consent"

/** Signs in through the provider's development pages. */
const signIn = async (browser: Browser, login = "ada", query = EVERYTHING, url = demo.url): Promise<Page> => {
  const loginPage = await browser.open(`${url}/sign-in?${query}`)
  const consentPage = await browser.submit(loginPage, { login, password: "any" })
  return browser.submit(consentPage)
}

/** The answer of the provider on its way to the callback, not yet delivered. */
const answerFor = async (browser: Browser): Promise<URL> => {
  browser.stopAt = `${demo.url}/callback`
  const page = await signIn(browser)
  browser.stopAt = undefined
  return new URL(page.headers.get("location") ?? "")
}

describe("signing in", () => {
  it("OpenID Connect Core §3.1.2.1: the request has code, state, nonce and a challenge S256", async () => {
    const browser = new Browser()
    browser.stopAt = provider.issuer
    const page = await browser.open(`${demo.url}/sign-in?scope=email&scope=unheard-of&prompt=login&max_age=60`)
    const request = Object.fromEntries(new URL(page.headers.get("location") ?? "").searchParams)
    expect(page.status).toBe(303)
    expect(request).toEqual({
      client_id: CLIENT.clientId,
      redirect_uri: `${demo.url}/callback`,
      response_type: "code",
      scope: "openid email",
      prompt: "login",
      max_age: "60",
      state: expect.stringMatching(/^[\w-]{43}$/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: "S256"
    })
  })

  it("OpenID Connect Core §3.1.3.3, §5.3: shows who signed in, the ID token's claims and userinfo", async () => {
    const page = await signIn(new Browser())
    expect(page.url.href).toBe(`${demo.url}/`)
    expect(page.status).toBe(200)
    expect(textOf(page, "subject")).toBe("ada")
    expect(jsonOf(page, "id-token-claims")).toMatchObject({ iss: provider.issuer, sub: "ada", aud: CLIENT.clientId })
    expect(jsonOf(page, "userinfo-claims")).toMatchObject({ sub: "ada", email: "ada@example.org" })
    expect(jsonOf(page, "token-response")).toMatchObject({ token_type: "bearer", scope: expect.any(String) })
    expect(textOf(page, "refresh")).toBe("Refresh tokens")
  })

  it("OpenID Connect Core §3.1.2.1: max_age is checked against auth_time", async () => {
    const page = await signIn(new Browser(), "ada", "max_age=600")
    expect(jsonOf(page, "id-token-claims")).toMatchObject({ auth_time: expect.any(Number) })
    expect(textOf(page, "refresh"), "without offline_access there is nothing to refresh").toBeUndefined()
  })

  it("two tabs of one browser may sign in at the same time", async () => {
    const browser = new Browser()
    const first = await answerFor(browser)
    browser.stopAt = `${demo.url}/callback`
    const second = await browser.open(`${demo.url}/sign-in`)
    browser.stopAt = undefined
    expect((await browser.open(first)).status).toBe(200)
    expect((await browser.open(second.headers.get("location") ?? "")).status).toBe(200)
  })

  it("the session gets a new name when somebody signs in, and the old one opens nothing", async () => {
    const browser = new Browser()
    browser.stopAt = provider.issuer
    const before = await browser.open(`${demo.url}/sign-in`)
    const planted = before.headers.getSetCookie()[0]?.split(";")[0] ?? ""
    expect(before.headers.getSetCookie()[0]).toMatch(/^demo-rp=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/)
    browser.stopAt = undefined
    expect(textOf(await signIn(browser), "subject")).toBe("ada")
    const body = await (await fetch(demo.url, { headers: { cookie: planted } })).text()
    expect(body).not.toContain("ada@example.org")
  })
})

describe("using the tokens", () => {
  it("OpenID Connect Core §12: a refresh brings new tokens, and two clicks at once bring them once", async () => {
    const browser = new Browser()
    const before = await signIn(browser)
    const [after, again] = await Promise.all([
      browser.submit(before, {}, "/refresh"),
      browser.submit(before, {}, "/refresh")
    ])
    expect([after.status, again.status]).toEqual([200, 200])
    expect(textOf(after, "access_token")).not.toBe(textOf(before, "access_token"))
    expect(textOf(after, "access_token")).toBe(textOf(again, "access_token"))
    expect(textOf(after, "subject")).toBe("ada")
  })

  it("RFC 7662 §2.2, RFC 7009 §2: introspection says active; revoked, no, and userinfo is refused", async () => {
    const browser = new Browser()
    const active = await browser.submit(await signIn(browser), {}, "/introspect")
    expect(jsonOf(active, "introspection")).toMatchObject({ active: true, client_id: CLIENT.clientId })
    const revoked = await browser.submit(active, {}, "/revoke")
    expect(revoked.body).toContain("The access token was revoked.")
    const inactive = await browser.submit(revoked, {}, "/introspect")
    expect(jsonOf(inactive, "introspection")).toEqual({ active: false })
    const refused = await browser.submit(inactive, {}, "/userinfo")
    expect(refused.status).toBe(400)
    expect(textOf(refused, "error")).toBe("invalid_token")
  })

  it("RFC 6749 §5.2: an error of the token endpoint is a page", async () => {
    const browser = new Browser()
    const page = await signIn(browser)
    // This provider ends the whole grant with its access token.
    await browser.submit(page, {}, "/revoke")
    const refused = await browser.submit(page, {}, "/refresh")
    expect([refused.status, textOf(refused, "error")]).toEqual([400, "invalid_grant"])
    expect(textOf(await browser.open(demo.url), "subject")).toBe("ada")
  })

  it("RP-Initiated Logout 1.0 §2, §3: signs out at the provider, and knows the way back by its state", async () => {
    const browser = new Browser()
    const question = await browser.submit(await signIn(browser), {}, "/sign-out")
    expect(question.url.origin, "the provider asks").toBe(provider.issuer)
    expect(textOf(await browser.open(demo.url), "subject"), "here it is done already").toBeUndefined()
    const goodbye = await browser.submit(question, { logout: "yes" })
    expect(goodbye.url.pathname).toBe("/signed-out")
    expect(textOf(goodbye, "signed-out")).toContain("with the state it was given")
    const silent = await browser.open(`${demo.url}/sign-in?prompt=none`)
    expect(textOf(silent, "error"), "the provider's session has ended too").toBe("login_required")
  })

  it("RP-Initiated Logout 1.0 §3: a sign-out that was not begun here signs nobody out", async () => {
    const browser = new Browser()
    await signIn(browser)
    const page = await browser.open(`${demo.url}/signed-out?state=anything`)
    expect(textOf(page, "signed-out")).toContain("not begun here")
    expect(textOf(await browser.open(demo.url), "subject")).toBe("ada")
  })

  it("forgetting here leaves the provider's session alone", async () => {
    const browser = new Browser()
    const forgotten = await browser.submit(await signIn(browser), {}, "/forget")
    expect(textOf(forgotten, "subject")).toBeUndefined()
    expect(textOf(await browser.open(`${demo.url}/sign-in?prompt=none`), "subject")).toBe("ada")
  })
})

describe("refusing", () => {
  it("RFC 6749 §10.12: an answer with a state that is not this browser's is refused", async () => {
    const browser = new Browser()
    const answer = await answerFor(browser)
    answer.searchParams.set("state", "somebody-else")
    const page = await browser.open(answer)
    expect(page.status).toBe(400)
    expect(textOf(page, "error")).toBe("state_mismatch")
    expect(textOf(await browser.open(demo.url), "subject")).toBeUndefined()
  })

  it("RFC 6749 §10.12: an answer is refused in another browser, and the second time in its own", async () => {
    const browser = new Browser()
    const answer = await answerFor(browser)
    expect(textOf(await new Browser().open(answer), "error")).toBe("state_mismatch")
    expect(textOf(await browser.open(answer), "subject")).toBe("ada")
    expect(textOf(await browser.open(answer), "error")).toBe("state_mismatch")
  })

  it("RFC 9207 §2.4: an answer that names another issuer is refused", async () => {
    const browser = new Browser()
    const answer = await answerFor(browser)
    answer.searchParams.set("iss", "https://attacker.example")
    const page = await browser.open(answer)
    expect(page.status).toBe(502)
    expect(textOf(page, "error")).toBe("OAUTH_INVALID_RESPONSE")
  })

  it("OpenID Connect Core §3.1.3.7: an ID token that the published key did not sign is refused", async () => {
    const forger = await startReferenceProvider()
    const victim = await startRelyingParty({ ...CLIENT, issuer: forger.issuer, port: 0 })
    try {
      await forger.open(victim.url)
      const { keys } = (await (await fetch(`${forger.issuer}/jwks`)).json()) as { keys: ReadonlyArray<{ kid: string }> }
      const { publicKey } = await generateKeyPair("RS256")
      const other = await exportJWK(publicKey)
      forger.publishKeys({ keys: keys.map(({ kid }) => ({ ...other, kid, alg: "RS256", use: "sig" })) })
      const page = await signIn(new Browser(), "ada", EVERYTHING, victim.url)
      expect([page.status, page.url.pathname]).toEqual([502, "/callback"])
      expect(textOf(page, "error-description")).toContain("signature verification failed")
    } finally {
      await victim.close()
      await forger.close()
    }
  })

  it("RFC 6749 §4.1.2.1: the provider's error is shown, and the session is as it was", async () => {
    const browser = new Browser()
    const page = await browser.open(`${demo.url}/sign-in?prompt=none`)
    expect(page.url.pathname).toBe("/callback")
    expect(page.status).toBe(400)
    expect(textOf(page, "error")).toBe("login_required")
    expect(textOf(page, "error-description")).toBeDefined()
    const forged = await browser.open(`${demo.url}/callback?error=access_denied&state=guessed`)
    expect(textOf(forged, "error")).toBe("state_mismatch")
  })

  it("a POST without the session's token is refused with 403", async () => {
    const browser = new Browser()
    await signIn(browser)
    for (const action of ["refresh", "userinfo", "introspect", "revoke", "sign-out", "forget"]) {
      const page = await browser.open(`${demo.url}/${action}`, new URLSearchParams())
      expect([page.status, textOf(page, "error")], action).toEqual([403, "csrf"])
      const guessed = await browser.open(`${demo.url}/${action}`, new URLSearchParams({ csrf: "x".repeat(43) }))
      expect(guessed.status, action).toBe(403)
    }
    expect((await new Browser().open(`${demo.url}/forget`, new URLSearchParams())).status).toBe(403)
    expect(textOf(await browser.open(demo.url), "subject"), "nothing has happened").toBe("ada")
  })

  it("what the provider sends is text: a name cannot be a script", async () => {
    const page = await signIn(new Browser(), "mallory")
    expect(page.body).not.toContain("<script")
    expect(jsonOf(page, "userinfo-claims")).toMatchObject({ name: `<script>alert("mallory")</script>` })
  })

  it("every answer has the headers that keep scripts, frames, caches and guesses out", async () => {
    for (const path of ["/", "/style.css", "/callback", "/nowhere"]) {
      const { headers } = await new Browser().open(demo.url + path)
      expect(headers.get("content-security-policy"), path).toBe(
        `default-src 'none'; style-src 'self'; form-action 'self' ${provider.issuer}; ` +
          "base-uri 'none'; frame-ancestors 'none'"
      )
      expect(headers.get("cache-control"), path).toBe("no-store")
      expect(headers.get("x-content-type-options"), path).toBe("nosniff")
    }
  })

  it("a maximal age that is no number, a form too large and an unknown page have pages of their own", async () => {
    const browser = new Browser()
    const invalid = await browser.open(`${demo.url}/sign-in?max_age=-1`)
    expect([invalid.status, textOf(invalid, "error")]).toEqual([400, "invalid_max_age"])
    const large = await browser.open(`${demo.url}/forget`, new URLSearchParams({ csrf: "x".repeat(20_000) }))
    expect(large.status).toBe(413)
    expect((await browser.open(`${demo.url}/nowhere`)).status).toBe(404)
  })
})

describe("a provider that is away", () => {
  it("OpenID Connect Discovery 1.0 §4: its failure is a page with 502, and the next try asks again", async () => {
    const late = await startReferenceProvider()
    const early = await startRelyingParty({ ...CLIENT, issuer: late.issuer, port: 0 })
    try {
      const browser = new Browser()
      expect((await browser.open(early.url)).status).toBe(200)
      const failed = await browser.open(`${early.url}/sign-in`)
      expect(failed.status).toBe(502)
      expect(textOf(failed, "error-description")).toContain("503 from")
      await late.open(early.url)
      expect((await browser.open(`${early.url}/sign-in`)).url.origin).toBe(late.issuer)
    } finally {
      await early.close()
      await late.close()
    }
  })

  it("a provider that does not run at all is a page with 502 too", async () => {
    const gone = await startReferenceProvider()
    await gone.close()
    const orphan = await startRelyingParty({ ...CLIENT, issuer: gone.issuer, port: 0 })
    try {
      const page = await new Browser().open(`${orphan.url}/sign-in`)
      expect([page.status, textOf(page, "error")]).toEqual([502, "provider_unreachable"])
      expect(page.body).toContain(gone.issuer)
    } finally {
      await orphan.close()
    }
  })
})
