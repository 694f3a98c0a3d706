/** Pages and steps turned against the person at them: attacks 26, 27, 28, 30, 31. RFC 9700 §4.7, OIDC Core §3.1.2.1. */
import { Clock, Effect, Option, Schema } from "effect"
import { decodeJwt } from "jose"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { Interaction } from "../../src/domain/Interaction.ts"
import { Sealer } from "../../src/services/ports/Sealer.ts"
import { register, type RelyingParty } from "../clauses/RelyingParty.ts"
import { makeUser, password } from "../workerd/Fixtures.ts"
import { type RunningProvider, startProvider } from "../workerd/Provider.ts"
import { interactionOf, parametersOf, type Visit, Visitor } from "./Visitor.ts"

let provider: RunningProvider
let rp: RelyingParty
let evil: RelyingParty
/** Signed in once, for the tests that leave a session as it is. */
let people: { readonly alice: Visitor; readonly mallory: Visitor }

beforeAll(async () => {
  provider = await startProvider()
  rp = await register(provider, "rp", { post_logout_redirect_uris: ["https://rp.example/bye"] })
  evil = await register(provider, "evil", {
    redirect_uris: ["https://evil.example/cb"],
    post_logout_redirect_uris: ["https://evil.example/bye"]
  })
  await provider.run(makeUser("alice"))
  await provider.run(makeUser("mallory"))
  people = { alice: await signedIn(), mallory: await signedIn("mallory") }
}, 60_000)
afterAll(() => provider?.close())

const newVisitor = () => new Visitor(provider.issuer)

const signedIn = async (login = "alice"): Promise<Visitor> => {
  const visitor = newVisitor()
  await visitor.signIn(rp, {}, login)
  return visitor
}

const subjectOf = async (visitor: Visitor): Promise<string | undefined> => {
  const { code } = parametersOf((await visitor.visit(rp.authorizeUrl({ prompt: "none" }))).location)
  return code === undefined ? undefined : decodeJwt((await rp.redeem(code)).body["id_token"]).sub
}

/** A step of a consent page of this visitor. */
const consentStep = async (visitor: Visitor) => visitor.begin(rp, { prompt: "consent" })
const logoutStep = async (visitor: Visitor) => interactionOf((await visitor.visit("/logout")).location)

/** The posts that change something, with a step of this visitor's own that would do. */
const posts: ReadonlyArray<[string, (visitor: Visitor) => Promise<[string, Record<string, string>]>]> = [
  ["login", async (v) => ["/login", { interaction: await v.begin(rp, { prompt: "login" }), login: "alice", password }]],
  ["cancelling", async (v) => ["/login", { interaction: await v.begin(rp, { prompt: "login" }), decision: "deny" }]],
  ["consent", async (v) => ["/consent", { interaction: await consentStep(v), decision: "approve" }]],
  ["refusing", async (v) => ["/consent", { interaction: await consentStep(v), decision: "deny" }]],
  ["logout", async (v) => ["/logout/confirm", { csrf: await logoutStep(v) }]]
]

const refused = (visit: Visit, status: number) => {
  expect([visit.status, visit.location, visit.headers.getSetCookie()]).toEqual([status, "", []])
}

describe("attack 26: CSRF: a POST without or with a foreign cookie is 403", () => {
  test.each(posts)("%s, without cookies, as another site posts it", async (_title, make) => {
    const victim = people.alice.copy()
    const [path, form] = await make(victim)
    refused(await newVisitor().visit(path, form), 403)
    expect(await subjectOf(victim)).toBeDefined()
  })

  test.each(posts)("%s, with another browser's cookies", async (_title, make) => {
    const [victim, other] = [people.alice.copy(), people.mallory.copy()]
    const [path, form] = await make(victim)
    refused(await other.visit(path, form), 403)
  })

  test.each(posts)("%s, with the session's cookie alone, or the browser's emptied", async (_title, make) => {
    const victim = people.alice.copy()
    const [path, form] = await make(victim)
    for (const secret of [undefined, "", "A".repeat(43), "x"]) {
      const stripped = victim.copy()
      stripped.cookies.delete("hapax_browser")
      if (secret !== undefined) stripped.cookies.set("hapax_browser", secret)
      refused(await stripped.visit(path, form), 403)
    }
  })

  test("a step sealed for an empty secret is never made: an empty cookie is none", async () => {
    const visitor = newVisitor()
    visitor.cookies.set("hapax_browser", "")
    await visitor.begin(rp)
    expect(visitor.cookies.get("hapax_browser")).toMatch(/^[\w-]{43}$/)
  })

  test("approval by GET: the page again, and nothing has happened", async () => {
    const victim = people.alice.copy()
    const before = await subjectOf(victim)
    for (const [path, name, step, extra] of [
      ["/consent", "interaction", await consentStep(victim), { decision: "approve" }],
      ["/login", "interaction", await victim.begin(rp, { prompt: "login" }), { login: "mallory", password }],
      ["/logout/confirm", "step", await logoutStep(victim), { confirm: "yes", csrf: await logoutStep(victim) }]
    ] as const) {
      const visit = await victim.visit(`${path}?${new URLSearchParams({ [name]: step, ...extra })}`)
      expect([path, visit.status, visit.location]).toEqual([path, 200, ""])
      expect(visit.text).toContain('<form method="post"')
    }
    expect(await subjectOf(victim)).toBe(before)
  })

  test("other methods: 405", async () => {
    for (const path of ["/login", "/consent", "/logout/confirm"]) {
      for (const method of ["PUT", "PATCH", "DELETE"]) {
        const answer = await fetch(provider.issuer + path, { method })
        expect([answer.status, answer.headers.get("allow")]).toEqual([405, "GET, POST, HEAD"])
      }
    }
  })

  test("a logout link on another site ends nothing", async () => {
    const victim = people.alice.copy()
    await victim.visit("/logout?post_logout_redirect_uri=https://evil.example/bye&client_id=evil")
    await newVisitor().visit("/logout", { client_id: "evil" })
    expect(await subjectOf(victim)).toBeDefined()
  })
})

describe("attack 27: attacker starts a flow, victim approves it: 403", () => {
  test("the attacker's login step in the victim's browser: neither shown nor taken", async () => {
    const victim = newVisitor()
    await victim.begin(rp)
    const planted = await newVisitor().begin(evil)
    refused(await victim.visit(`/login?interaction=${planted}`), 403)
    refused(await victim.login(planted), 403)
  })

  test("the attacker's consent step in the victim's browser", async () => {
    const [victim, mallory] = [people.alice.copy(), people.mallory.copy()]
    const planted = await mallory.begin(evil)
    refused(await victim.visit(`/consent?interaction=${planted}`), 403)
    refused(await victim.approve(planted), 403)
  })

  test("the victim's consent step with the attacker's session beside it: asked anew, never a code", async () => {
    const [victim, mallory] = [people.alice.copy(), people.mallory.copy()]
    await mallory.signIn(evil)
    const step = await victim.begin(evil)
    victim.cookies.set("hapax_session", mallory.cookies.get("hapax_session") ?? "")
    for (const visit of [await victim.visit(`/consent?interaction=${step}`), await victim.approve(step)]) {
      expect(visit.location).toMatch(/^\/consent\?interaction=/)
      expect((await victim.visit(visit.location)).text).toContain("Don’t allow")
    }
  })
})

describe("attack 28: session fixation: a new session id at login", () => {
  test("a planted session is not taken over, and what was there before ends", async () => {
    const mallory = await signedIn("mallory")
    const planted = mallory.cookies.get("hapax_session") ?? ""
    const victim = newVisitor()
    victim.cookies.set("hapax_session", planted)
    const interaction = await victim.begin(rp, { prompt: "login" })
    await victim.login(interaction)
    const session = victim.cookies.get("hapax_session") ?? ""
    expect(session).not.toBe(planted)
    expect(await subjectOf(victim)).not.toBe(undefined)
    expect(await subjectOf(mallory), "the planted one is nobody's any more").toBe(undefined)
  })

  test("signing in again: another id, and the old one opens nothing", async () => {
    const victim = await signedIn()
    const thief = victim.copy()
    await victim.signIn(rp, { prompt: "login" })
    expect(victim.cookies.get("hapax_session")).not.toBe(thief.cookies.get("hapax_session"))
    expect(await subjectOf(thief)).toBe(undefined)
    expect(await subjectOf(victim)).toBeDefined()
  })

  test("a session that the attacker made up is nobody's", async () => {
    const victim = await signedIn()
    const [user = ""] = /^.*(?=\.)/.exec(victim.cookies.get("hapax_session") ?? "") ?? []
    for (const made of [`${user}.${"A".repeat(43)}`, `1-0.${"a".repeat(22)}.${"A".repeat(43)}`, "x", `${user}.`]) {
      const visitor = newVisitor()
      visitor.cookies.set("hapax_session", made)
      expect(await subjectOf(visitor)).toBe(undefined)
    }
  })

  test("after logout the old cookie opens nothing, also after a restart", async () => {
    const victim = await signedIn()
    const thief = victim.copy()
    await victim.visit("/logout/confirm", { csrf: await logoutStep(victim) })
    expect(await subjectOf(thief)).toBe(undefined)
    await provider.evictObjects()
    expect(await subjectOf(thief)).toBe(undefined)
  })
})

describe("attack 30: prompt=none, max_age=0, id_token_hint of another user", () => {
  test("login_required, or login again; then the true auth_time", async () => {
    const victim = await signedIn()
    const none = (extra: Record<string, string>) => victim.visit(rp.authorizeUrl({ prompt: "none", ...extra }))
    const { code } = await (await signedIn("mallory")).signIn(rp)
    const hint = (await rp.redeem(code ?? "")).body["id_token"]
    expect(parametersOf((await none({ max_age: "0" })).location)["error"]).toBe("login_required")
    expect(parametersOf((await none({ id_token_hint: hint })).location)["error"]).toBe("login_required")
    expect((await victim.visit(rp.authorizeUrl({ max_age: "0" }))).location).toMatch(/^\/login\?/)
    const hinted = await victim.begin(rp, { id_token_hint: hint })
    const answer = parametersOf((await victim.login(hinted, "alice")).location)
    expect(answer, "another than the client expects").toMatchObject({ error: "login_required" })
  })

  test("the login page of max_age=0 cannot be walked round with the old session", async () => {
    const victim = await signedIn()
    const before = Math.floor(Date.now() / 1000)
    const visit = await victim.login(await victim.begin(rp, { max_age: "0" }))
    const { id_token } = (await rp.redeem(parametersOf(visit.location)["code"] ?? "")).body
    expect(decodeJwt(id_token)["auth_time"]).toBeGreaterThanOrEqual(before)
  })
})

describe("attack 31: logout without a hint, foreign post_logout_redirect_uri", () => {
  test("a confirm page; no redirect, also after the button", async () => {
    const victim = await signedIn()
    for (const uri of ["https://evil.example/bye", "https://rp.example/bye", "//evil.example", "javascript:alert(1)"]) {
      const query = new URLSearchParams({ post_logout_redirect_uri: uri, client_id: "rp", state: "s" })
      expect((await victim.visit(`/logout?${query}`)).location).toMatch(/^\/logout\/confirm\?step=/)
    }
    const done = await victim.visit("/logout/confirm", { csrf: await logoutStep(victim) })
    expect([done.status, done.location]).toEqual([200, ""])
  })
})

describe("steps", () => {
  const reseal = (sealed: string, change: (step: any) => object) =>
    provider.run(
      Sealer.use((sealer) =>
        Effect.flatMap(sealer.open("interaction", sealed), (opened) =>
          sealer.seal("interaction", change(Option.getOrThrow(opened)))
        )
      )
    )
  const expired = (sealed: string) =>
    provider.run(Clock.currentTimeMillis).then((now) => reseal(sealed, (step) => ({ ...step, expiresAt: now - 1 })))

  test("a sealed step of another kind is refused, and so is anything that is not sealed", async () => {
    const victim = people.alice.copy()
    const login = await victim.begin(rp, { prompt: "login" })
    const [consent, logout] = [await consentStep(victim), await logoutStep(victim)]
    const wrong = { "/login": [consent, logout], "/consent": [login, logout], "/logout/confirm": [login, consent] }
    const unsealed = ["", "x", "a.b.c.d.e", `${login}x`, login.slice(0, -1), login.replace(/^./, "f")]
    for (const [path, steps] of Object.entries(wrong)) {
      for (const step of [...steps, ...unsealed]) {
        refused(await victim.visit(`${path}?interaction=${step}&step=${step}`), 400)
        const form = { interaction: step, csrf: step, decision: "approve", login: "alice", password }
        refused(await victim.visit(path, form), 400)
      }
    }
  })

  test("a replayed login form after success does not sign in: the page again, with a step of its own", async () => {
    const victim = newVisitor()
    const interaction = await victim.begin(rp)
    expect((await victim.login(interaction)).status).toBe(303)
    await victim.visit("/logout/confirm", { csrf: await logoutStep(victim) })
    const replayed = await victim.login(interaction)
    expect([replayed.status, replayed.location, replayed.headers.getSetCookie()]).toEqual([422, "", []])
    expect(await subjectOf(victim)).toBe(undefined)
    const [, fresh = ""] = /name="interaction" value="([^"]+)"/.exec(replayed.text) ?? []
    expect((await victim.login(fresh)).location).toContain("code=")
  })

  test("the form sent 5 times at once signs in once", async () => {
    const victim = newVisitor()
    const interaction = await victim.begin(rp)
    const copies = Array.from({ length: 5 }, () => victim.copy())
    const visits = await Promise.all(copies.map((copy) => copy.login(interaction)))
    expect(visits.filter(({ status }) => status === 303).length).toBe(1)
    expect(copies.filter((copy) => copy.cookies.has("hapax_session")).length).toBe(1)
  })

  test("an expired login step leads on: shown or posted, it is the login page again for the same request", async () => {
    const victim = newVisitor()
    const old = await expired(await victim.begin(rp, { state: "kept" }))
    const shown = await victim.visit(`/login?interaction=${old}`)
    expect([shown.status, shown.location]).toEqual([303, expect.stringMatching(/^\/login\?interaction=/)])
    expect((await victim.visit(shown.location)).status).toBe(200)
    const posted = await victim.login(old)
    expect([posted.status, posted.headers.getSetCookie()]).toEqual([422, []])
    const answer = await victim.login(interactionOf(shown.location))
    expect(parametersOf(answer.location)).toMatchObject({ state: "kept", code: expect.any(String) })
  })

  test("an expired consent step leads on: asked anew; a late no is a no", async () => {
    const victim = people.alice.copy()
    const old = await expired(await consentStep(victim))
    for (const visit of [await victim.visit(`/consent?interaction=${old}`), await victim.approve(old)]) {
      expect([visit.status, visit.location]).toEqual([303, expect.stringMatching(/^\/consent\?interaction=/)])
      expect((await victim.visit(visit.location)).text).toContain("Don’t allow")
    }
    const denied = await victim.visit("/consent", { interaction: old, decision: "deny" })
    expect(parametersOf(denied.location)).toMatchObject({ error: "access_denied" })
  })

  test("an expired step in another browser leads nowhere", async () => {
    const old = await expired(await newVisitor().begin(rp))
    refused(await people.alice.copy().visit(`/login?interaction=${old}`), 403)
  })

  test("an expired logout step: a page that says so, and the session stays", async () => {
    const victim = people.alice.copy()
    const visit = await victim.visit("/logout/confirm", { csrf: await expired(await logoutStep(victim)) })
    refused(visit, 400)
    expect(visit.text).toContain("open for too long")
    expect(await subjectOf(victim)).toBeDefined()
  })

  test("what a step says can be read by nobody: it is encrypted", async () => {
    const sealed = await newVisitor().begin(rp, { state: "a-secret-state", login_hint: "alice@example.com" })
    const parts = sealed.split(".").map((part) => Buffer.from(part, "base64url").toString("latin1"))
    for (const secret of ["a-secret-state", "alice@example.com", "rp.example"]) {
      expect(parts.join(" ")).not.toContain(secret)
    }
    const opened = await provider.run(Sealer.use((sealer) => sealer.open("interaction", sealed)))
    const step = Schema.decodeUnknownSync(Interaction)(Option.getOrThrow(opened))
    expect(step).toMatchObject({ _tag: "login", request: { state: "a-secret-state" } })
  })
})
