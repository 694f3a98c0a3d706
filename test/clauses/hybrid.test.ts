/** Tokens from the authorization endpoint, over HTTP. OIDC Core §3.2, §3.3; OAuth 2.0 Multiple Response Types. */
import { createHash } from "node:crypto"
import { createRemoteJWKSet, decodeJwt, jwtVerify } from "jose"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import type { ResponseType } from "../../src/domain/ClientMetadata.ts"
import type { Browser, Page } from "../clients/Browser.ts"
import { makeUser } from "../workerd/Fixtures.ts"
import { type RunningProvider, startProvider } from "../workerd/Provider.ts"
import {
  answered,
  type Form,
  goThrough,
  newBrowser,
  postedTo,
  register,
  type RelyingParty,
  sentTo
} from "./RelyingParty.ts"

const types = ["id_token", "id_token token", "code id_token", "code token", "code id_token token"] as const
type Type = (typeof types)[number]

const nonce = "n-0S6_WzA2Mj"
const state = `${"s".repeat(128)} "'&<>+%20=#é`
const scope = "openid profile email"

let provider: RunningProvider
/** One client for each response type, registered for it and no other, and with alice's consent. */
let clients: Readonly<Record<Type, RelyingParty>>
let browser: Browser
let verified: (jwt: string, audience: string) => Promise<Record<string, any>>

const idOf = (type: ResponseType) => type.replaceAll(" ", "-")

beforeAll(async () => {
  provider = await startProvider()
  await provider.run(makeUser("alice"))
  browser = newBrowser()
  const registered = types.map(async (type): Promise<readonly [Type, RelyingParty]> => {
    const grant_types = ["authorization_code", "implicit", "refresh_token"]
    return [type, await register(provider, idOf(type), { response_types: [type], grant_types })]
  })
  clients = Object.fromEntries(await Promise.all(registered)) as Record<Type, RelyingParty>
  for (const type of types) {
    const all = { scope: `${scope} offline_access` }
    await goThrough(browser, await ask(type, { ...all, prompt: "" }))
  }
  const jwks = createRemoteJWKSet(new URL(`${provider.issuer}/.well-known/jwks.json`))
  verified = async (jwt, audience) =>
    (await jwtVerify(jwt, jwks, { issuer: provider.issuer, audience, algorithms: ["RS256"], typ: "JWT" })).payload
}, 60_000)
afterAll(() => provider?.close())

/** Silently, in a browser in which alice is signed in. */
const ask = (type: Type, parameters: Form = {}, by = browser) =>
  clients[type].ask(by, { response_type: type, scope, nonce, state, prompt: "none", ...parameters })

const leftHalf = (text: string | undefined) =>
  createHash("sha256")
    .update(text ?? "")
    .digest()
    .subarray(0, 16)
    .toString("base64url")

/** By which mode an answer goes where. */
const way = (page: Page): string => {
  const form = postedTo(page)
  if (form !== undefined) return `form_post ${form.action.href}`
  const { origin, pathname, search } = sentTo(page)
  return `${search === "" ? "fragment" : "query"} ${origin}${pathname}`
}

/** The types with this word; each test is about those for which its sentence has a meaning. */
const having = (word: "code" | "id_token" | "token") => types.filter((type) => type.split(" ").includes(word))

const parametersOf = {
  code: ["code"],
  id_token: ["id_token"],
  token: ["access_token", "expires_in", "scope", "token_type"]
}

const personal = { name: "Alice Example", email: "alice@example.com" }

describe.each(types)("response_type %s", (type) => {
  const words = type.split(" ") as ReadonlyArray<keyof typeof parametersOf>

  test.each(["", "fragment", "form_post"])(
    "Multiple Response Types §3: gives what it names and nothing else; response_mode=%s",
    async (response_mode) => {
      const page = await ask(type, { response_mode })
      expect(way(page)).toBe(`${response_mode || "fragment"} https://rp.example/cb`)
      const answer = answered(page)
      const named = words.flatMap((word) => parametersOf[word])
      expect(Object.keys(answer).toSorted()).toEqual([...named, "iss", "session_state", "state"].toSorted())
      expect([answer["state"], answer["iss"]]).toEqual([state, provider.issuer])
    }
  )

  test.each(["fragment", "form_post"])(
    "OIDC Core §3.2.2.6: an error goes the way of the answer, and says no more; response_mode=%s",
    async (response_mode) => {
      const nobody = newBrowser()
      const cases: ReadonlyArray<readonly [string, Form]> = [
        ["login_required", {}],
        ["unauthorized_client", { response_type: words[0] === "code" ? "id_token" : "code id_token" }],
        ["invalid_request", { prompt: "none login" }],
        ["invalid_scope", { scope: "nothing" }]
      ]
      for (const [error, parameters] of cases) {
        const page = await ask(type, { response_mode, ...parameters }, nobody)
        expect(way(page)).toBe(`${response_mode} https://rp.example/cb`)
        expect(answered(page)).toEqual({ error, error_description: expect.any(String), state, iss: provider.issuer })
      }
    }
  )

  test("Multiple Response Types §3: response_mode=query is refused, by fragment", async () => {
    const page = await ask(type, { response_mode: "query" })
    expect(way(page)).toBe("fragment https://rp.example/cb")
    expect(answered(page)["error"]).toBe("invalid_request")
  })

  test("OIDC Core §3.2.2.5, RFC 6749 §4.2.2: no refresh token comes from the authorization endpoint", async () => {
    const answer = answered(await ask(type, { scope: `${scope} offline_access` }))
    expect(answer["refresh_token"]).toBe(undefined)
  })
})

describe.each(having("id_token"))("the ID token of %s", (type) => {
  test("OIDC Core §3.2.2.10, §3.3.2.11: it has the nonce and a hash of all that is beside it", async () => {
    const answer = answered(await ask(type))
    const claims = await verified(answer["id_token"] ?? "", idOf(type))
    expect(claims).toMatchObject({ nonce, s_hash: leftHalf(state) })
    expect(claims["c_hash"]).toBe(having("code").includes(type) ? leftHalf(answer["code"]) : undefined)
    expect(claims["at_hash"]).toBe(having("token").includes(type) ? leftHalf(answer["access_token"]) : undefined)
    for (const name of ["iat", "exp", "auth_time", "sub", "sid"]) expect(claims[name]).toBeDefined()
    const { s_hash } = decodeJwt(answered(await ask(type, { state: "" }))["id_token"] ?? "")
    expect(s_hash).toBe(undefined)
  })

  test("OIDC Core §5.4: the claims of the scope are in it if no access token is given, or else not", async () => {
    const claims = decodeJwt(answered(await ask(type))["id_token"] ?? "")
    const told = Object.fromEntries(Object.entries(claims).filter(([name]) => name in personal))
    expect(told).toEqual(type === "id_token" ? personal : {})
  })

  test("OIDC Core §3.2.2.1, §3.3.2.11: nonce is REQUIRED", async () => {
    expect(answered(await ask(type, { nonce: "" }))["error"]).toBe("invalid_request")
  })
})

describe.each(having("token"))("the access token of %s", (type) => {
  test("OIDC Core §3.2.2.5: opens userinfo", async () => {
    const answer = answered(await ask(type))
    expect(answer).toMatchObject({ token_type: "Bearer", scope })
    expect(Number(answer["expires_in"])).toBeGreaterThan(500)
    const userinfo = await clients[type].userinfo(answer["access_token"] ?? "")
    expect(userinfo.body).toMatchObject({ sub: expect.any(String), email: "alice@example.com" })
  })

  test("OIDC Core §11: offline_access is ignored without a code", async () => {
    const answer = answered(await ask(type, { scope: `${scope} offline_access` }))
    expect(answer["scope"]?.includes("offline_access")).toBe(having("code").includes(type))
  })
})

describe.each(having("code"))("the code of %s", (type) => {
  test("OIDC Core §3.3.3.6, Multiple Response Types §5: is exchanged as ever, refresh token and all", async () => {
    const answer = answered(await ask(type, { scope: `${scope} offline_access` }))
    const { body, status } = await clients[type].redeem(answer["code"] ?? "")
    expect(status).toBe(200)
    const claims = await verified(body["id_token"], idOf(type))
    expect(claims).toMatchObject({ nonce, at_hash: leftHalf(body["access_token"]) })
    expect(body["refresh_token"]).toBeDefined()
  })
})

describe.each(["code id_token", "code id_token token"] as const)("both ID tokens of %s", (type) => {
  test("OIDC Core §3.3.3.6: say the same iss, sub, nonce and login", async () => {
    const answer = answered(await ask(type))
    const { body } = await clients[type].redeem(answer["code"] ?? "")
    const [first, second] = [answer["id_token"] ?? "", body["id_token"]].map((jwt) => decodeJwt(jwt))
    for (const name of ["iss", "sub", "nonce", "auth_time", "acr", "sid"]) expect(second?.[name]).toEqual(first?.[name])
  })
})

describe("implicit and hybrid", () => {
  test("OIDC Core §3.2.2.6: whoever refuses on the page is heard of in the fragment", async () => {
    const login = await ask("id_token", { prompt: "login" })
    const denied = await browser.submit(login, { decision: "deny" })
    expect(answered(denied)).toMatchObject({ error: "access_denied", state })
  })

  test("OIDC Core §3.1.2.4: whoever has not consented is asked, and the answer is the same", async () => {
    const rp = await register(provider, "new", { response_types: ["id_token token"], grant_types: ["implicit"] })
    const parameters = { response_type: "id_token token", nonce, state }
    expect(answered(await rp.ask(browser, { ...parameters, prompt: "none" }))["error"]).toBe("consent_required")
    const answer = await rp.authorize(browser, { ...parameters, response_mode: "form_post" })
    expect(Object.keys(answer)).toEqual(expect.arrayContaining(["access_token", "id_token"]))
  })

  test("RFC 6749 §4.1.2: a hybrid code used twice ends the access token that came beside it", async () => {
    const answer = answered(await ask("code id_token token"))
    const rp = clients["code id_token token"]
    const given = await rp.redeem(answer["code"] ?? "")
    expect((await rp.userinfo(answer["access_token"] ?? "")).status).toBe(200)
    expect((await rp.redeem(answer["code"] ?? "")).body["error"]).toBe("invalid_grant")
    expect((await rp.userinfo(answer["access_token"] ?? "")).status).toBe(401)
    expect((await rp.userinfo(given.body["access_token"])).status).toBe(401)
  })

  test("RFC 6749 §4.1.3: nothing of an answer without a code can be redeemed", async () => {
    const rp = clients["id_token token"]
    const answer = answered(await ask("id_token token"))
    const { jti } = decodeJwt(answer["access_token"] ?? "")
    const grantId = String(jti).slice(0, String(jti).lastIndexOf("."))
    expect((await rp.redeem(`${grantId}.${"A".repeat(43)}`)).body["error"]).toBe("invalid_grant")
    expect((await rp.userinfo(answer["access_token"] ?? "")).status).toBe(200)
  })

  test("RFC 7009 §2.1: an access token of the front channel is introspected and revoked like any", async () => {
    const rp = clients["id_token token"]
    const token = answered(await ask("id_token token"))["access_token"] ?? ""
    expect((await rp.introspect(token)).body).toMatchObject({ active: true, scope })
    await rp.revoke(token)
    expect((await rp.introspect(token)).body).toEqual({ active: false })
    expect((await rp.userinfo(token)).status).toBe(401)
  })

  test("OIDC Core §3.1.2.1: an ID token of the front channel is a hint like any", async () => {
    const hint = answered(await ask("id_token"))["id_token"] ?? ""
    expect(Object.keys(answered(await ask("id_token", { id_token_hint: hint })))).toContain("id_token")
  })

  test("RFC 7636 §4.6: a hybrid code is bound to its challenge", async () => {
    const code_challenge = createHash("sha256").update("v".repeat(43)).digest("base64url")
    const bound = { code_challenge, code_challenge_method: "S256" }
    const rp = clients["code id_token"]
    const code = answered(await ask("code id_token", bound))["code"] ?? ""
    expect((await rp.redeem(code)).body["error"]).toBe("invalid_grant")
    expect((await rp.redeem(code, { code_verifier: "v".repeat(43) })).status).toBe(200)
  })
})
