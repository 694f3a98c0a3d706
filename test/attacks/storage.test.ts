/** Storage fails in the middle: attack 15. Whoever is not answered is told so, and is never told a default. */
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import type { Browser } from "../clients/Browser.ts"
import { type Answer, answered, newBrowser, register, type RelyingParty } from "../clauses/RelyingParty.ts"
import { makeUser, password } from "../workerd/Fixtures.ts"
import { type NodeProvider, startNodeProvider } from "./NodeProvider.ts"
import { interactionOf, Visitor } from "./Visitor.ts"

let node: NodeProvider
let rp: RelyingParty
let browser: Browser
const scope = "openid offline_access"

beforeAll(async () => {
  node = await startNodeProvider()
  rp = await register(node, "rp")
  await node.run(makeUser("alice"))
  browser = newBrowser()
  await rp.authorize(browser, { scope })
})
afterAll(() => node?.close())

/** While these operations are executed and their answers lost. */
const whileFailing = async <A>(operations: ReadonlyArray<string>, attempt: () => Promise<A>): Promise<A> => {
  for (const operation of operations) node.failing.add(operation)
  const result = await attempt()
  node.failing.clear()
  return result
}

const unavailable = (answer: Answer) => {
  expect(answer).toMatchObject({ status: 503, body: { error: "temporarily_unavailable" } })
  expect(answer.headers.get("cache-control")).toBe("no-store")
  expect(answer.headers.get("retry-after")).toBe("1")
  expect(answer.text, "nothing of the inside").not.toMatch(/Token\.|Client\.|lost/)
}

describe("attack 15: storage fails during revoke: 503, never 200", () => {
  test.each([
    ["access_token", "AccessToken.revoke"],
    ["access_token", "Client.find"],
    ["refresh_token", "RefreshToken.revoke"],
    ["refresh_token", "Client.find"]
  ])("an %s, %s: 503; asked again, 200 and the token is dead", async (kind, operation) => {
    const tokens = await rp.tokens(browser, { scope })
    unavailable(await whileFailing([operation], () => rp.revoke(tokens[kind])))
    expect((await rp.revoke(tokens[kind])).status).toBe(200)
    expect((await rp.introspect(tokens[kind])).body).toEqual({ active: false })
    expect((await rp.userinfo(tokens["access_token"])).status).toBe(401)
  })
})

describe("attack 15: storage fails elsewhere: no default either", () => {
  test("introspection: 503, never active: false", async () => {
    const { access_token, refresh_token } = await rp.tokens(browser, { scope })
    unavailable(await whileFailing(["AccessToken.inspect"], () => rp.introspect(access_token)))
    unavailable(await whileFailing(["RefreshToken.inspect"], () => rp.introspect(refresh_token)))
    unavailable(await whileFailing(["Client.find"], () => rp.introspect(access_token)))
    expect((await rp.introspect(access_token)).body).toMatchObject({ active: true })
  })

  test("userinfo: 503, never 401", async () => {
    const { access_token } = await rp.tokens(browser)
    unavailable(await whileFailing(["AccessToken.inspect"], () => rp.userinfo(access_token)))
    unavailable(await whileFailing(["SigningKey.copy"], () => rp.userinfo(access_token)))
    expect((await rp.userinfo(access_token)).status).toBe(200)
  })

  test("a refresh whose answer was lost: 503; asked again with the same token, its successor", async () => {
    const { refresh_token } = await rp.tokens(browser, { scope })
    unavailable(await whileFailing(["RefreshToken.rotate"], () => rp.refresh(refresh_token)))
    const again = await rp.refresh(refresh_token)
    expect(again.status).toBe(200)
    expect((await rp.refresh(again.body["refresh_token"])).status).toBe(200)
  })

  test("a redemption whose answer was lost: 503, and never two answers with tokens", async () => {
    const code = await rp.code(browser)
    unavailable(await whileFailing(["AuthorizationCode.redeem"], () => rp.redeem(code)))
    expect((await rp.redeem(code)).body).toMatchObject({ error: "invalid_grant" })
  })

  test("client authentication: 503, never invalid_client", async () => {
    unavailable(await whileFailing(["Client.find"], () => rp.redeem("x.y")))
  })

  test("keys that cannot be read: the JWKS is 503, never empty", async () => {
    const answer = await whileFailing(["SigningKey.copy"], () => fetch(`${node.issuer}/.well-known/jwks.json`))
    expect(answer.status).toBe(503)
    expect(answer.headers.get("cache-control")).toBe("no-store")
  })

  test("silent authorization: a page with 503, never login_required or a code", async () => {
    const visitor = new Visitor(node.issuer)
    await visitor.signIn(rp)
    for (const operation of ["Client.find", "AuthorizationCode.issue"]) {
      const visit = await whileFailing([operation], () => visitor.visit(rp.authorizeUrl({ prompt: "none" })))
      expect([visit.status, visit.location]).toEqual([503, ""])
    }
  })

  test.each(["Identifier.resolve", "User.find", "Ticket.spend", "Session.open", "AuthorizationCode.issue"])(
    "login, %s: a page with 503, nobody is signed in by it, and the same form leads on",
    async (operation) => {
      const visitor = new Visitor(node.issuer)
      const interaction = await visitor.begin(rp)
      const failed = await whileFailing([operation], () => visitor.login(interaction))
      expect([failed.status, failed.location, failed.headers.getSetCookie()]).toEqual([503, "", []])
      expect(failed.text).not.toContain(password)
      let next = await visitor.login(interaction)
      // What was spent is spent: then the page comes again, for the same request, with a step of its own.
      if (next.status === 422) {
        const [, again = ""] = /name="interaction" value="([^"]+)"/.exec(next.text) ?? []
        next = await visitor.login(again)
      }
      expect([next.status, next.location]).toEqual([303, expect.stringContaining("code=")])
    }
  )

  test("consent: a page with 503, and the button again leads on", async () => {
    const fresh = await register(node, "fresh")
    const visitor = new Visitor(node.issuer)
    await visitor.signIn(rp)
    const interaction = await visitor.begin(fresh)
    const failed = await whileFailing(["AuthorizationCode.approve"], () => visitor.approve(interaction))
    expect([failed.status, failed.location]).toEqual([503, ""])
    expect((await visitor.approve(interaction)).location).toContain("code=")
  })

  test("consent to tokens at once, keys that cannot be read: 503, and no consent is written for nothing", async () => {
    const asked = { response_type: "id_token token", nonce: "n" }
    const front = await register(node, "front", { response_types: ["id_token token"], grant_types: ["implicit"] })
    const visitor = new Visitor(node.issuer)
    await visitor.signIn(rp)
    const interaction = await visitor.begin(front, asked)
    const failed = await whileFailing(["SigningKey.copy"], () => visitor.approve(interaction))
    expect([failed.status, failed.location]).toEqual([503, ""])
    const silently = front.authorizeUrl({ ...asked, prompt: "none" })
    expect((await visitor.visit(silently)).location).toContain("error=consent_required")
    expect((await visitor.approve(interaction)).location).toContain("id_token=")
  })

  test("logout: a page with 503, never signed out, and the cookie stays", async () => {
    const visitor = new Visitor(node.issuer)
    await visitor.signIn(rp)
    const step = interactionOf((await visitor.visit("/logout")).location)
    const failed = await whileFailing(["Session.end"], () => visitor.visit("/logout/confirm", { csrf: step }))
    expect([failed.status, failed.headers.getSetCookie()]).toEqual([503, []])
    const done = await visitor.visit("/logout/confirm", { csrf: step })
    expect([done.status, visitor.cookies.has("hapax_session")]).toEqual([200, false])
    expect(answered(await rp.ask(newBrowser(), { prompt: "none" }))).toMatchObject({ error: "login_required" })
  })
})
