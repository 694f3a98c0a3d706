/** What `npx hapax cost` reckons with: whole flows, with the alarms and deliveries they cause, counted on workerd. */
import { afterAll, beforeAll, expect, test } from "vitest"
import { PasskeyVisitor } from "../attacks/PasskeyVisitor.ts"
import { interactionOf } from "../attacks/Visitor.ts"
import { hidden } from "../clauses/AccountHolder.ts"
import { newBrowser, register, type RelyingParty } from "../clauses/RelyingParty.ts"
import { Authenticator } from "../workerd/Authenticator.ts"
import { makeUser, password } from "../workerd/Fixtures.ts"
import { linkIn, type RunningMailbox, startMailbox } from "../workerd/Mailbox.ts"
import { type RunningProvider, startProvider } from "../workerd/Provider.ts"
import type { FlowName } from "../../src/cli/cost/Counted.ts"
import { hold, totalOf } from "./CountedFlows.ts"
import { measure, quiet } from "./Spending.ts"

let mailbox: RunningMailbox
let provider: RunningProvider
let rp: RelyingParty
const browser = newBrowser()

beforeAll(async () => {
  mailbox = await startMailbox()
  provider = await startProvider(mailbox.variables)
  rp = await register(provider, "rp")
  for (const name of ["alice", "bob", "carol"]) await provider.run(makeUser(name))
  // The keys of a new provider are made by its first request, once in its life.
  await fetch(`${provider.issuer}/.well-known/jwks.json`)
}, 60_000)
afterAll(async () => {
  await provider?.close()
  await mailbox?.close()
})

const visitor = (last: number) => new PasskeyVisitor(provider.issuer, `198.51.100.${last}`)

/** Counts a flow that tells the audit of so many events. */
const count = async (flow: FlowName, events: number, step: () => Promise<unknown>) => {
  await quiet(provider)
  await fetch(`${provider.issuer}/.well-known/jwks.json`)
  await fetch(provider.issuer)
  hold(flow, totalOf(await measure(provider, events, step)))
}

test("signing in: by a password, a passkey, and a letter", async () => {
  const first = visitor(1)
  const interaction = interactionOf((await first.visit("/account")).location)
  await count("login.password", 1, () => first.visit("/login", { interaction, login: "alice", password }))

  const authenticator = new Authenticator()
  const owner = await visitor(2).signInByPassword("bob")
  expect((await owner.register(authenticator)).status).toBe(303)
  const another = visitor(3)
  const page = await another.loginPage()
  await count("login.passkey", 1, () => another.present(page, authenticator.get(page)))

  const third = visitor(4)
  const asked = interactionOf((await third.visit("/account")).location)
  await count("login.letter", 1, async () => {
    await third.visit("/login/letter", { interaction: asked, login: "carol" })
    const { location } = await third.visit(linkIn(await mailbox.nth("carol@example.com", 1)))
    const confirm = await third.visit(location)
    expect((await third.visit("/login/link/confirm", hidden(confirm))).status).toBe(303)
  })
}, 60_000)

test("a client's flows: consent, silent authorization, code, refresh, userinfo, introspection, logout", async () => {
  const scope = "openid profile offline_access"
  const page = await browser.submit(await browser.open(rp.authorizeUrl({ scope })), { login: "alice", password })
  let code = ""
  await count("consent", 2, async () => {
    const done = await browser.submit(page, { decision: "approve" })
    code = new URL(done.headers.get("location") ?? "").searchParams.get("code") ?? ""
  })
  await rp.redeem(code)
  await count("authorize.silent", 1, async () => {
    const silent = await browser.open(rp.authorizeUrl({ scope, prompt: "none" }))
    code = new URL(silent.headers.get("location") ?? "").searchParams.get("code") ?? ""
  })
  let tokens: Record<string, string> = {}
  await count("code", 1, async () => {
    tokens = (await rp.redeem(code)).body
  })
  await count("refresh", 1, () => rp.refresh(tokens["refresh_token"] ?? ""))
  const bearer = { authorization: `Bearer ${tokens["access_token"]}` }
  await count("userinfo", 0, () => fetch(`${provider.issuer}/userinfo`, { headers: bearer }))
  await count("introspection", 0, () => rp.introspect(tokens["access_token"] ?? ""))
  await count("logout", 1, async () => {
    await browser.submit(await browser.open(`${provider.issuer}/logout`))
  })
}, 60_000)
