/** Many people at once, some of them gone in the middle: attack 40. No answer carries another's bytes. */
import { decodeJwt } from "jose"
import { afterAll, beforeAll, expect, test } from "vitest"
import { answerOf, register, type RelyingParty } from "../clauses/RelyingParty.ts"
import { makeUser } from "../workerd/Fixtures.ts"
import { type RunningProvider, startProvider } from "../workerd/Provider.ts"
import { parametersOf, Visitor } from "./Visitor.ts"

let provider: RunningProvider
let rp: RelyingParty
const scope = "openid profile email offline_access"

interface Person {
  readonly name: string
  readonly visitor: Visitor
  sub: string
}
const people: Array<Person> = []

beforeAll(async () => {
  provider = await startProvider()
  rp = await register(provider, "rp")
  for (const name of ["alice", "robert"]) {
    await provider.run(makeUser(name, { name: `${name} of attack 40` } as never))
    const visitor = new Visitor(provider.issuer)
    const { code } = await visitor.signIn(rp, { scope }, name)
    const { id_token } = (await rp.redeem(code ?? "")).body
    people.push({ name, visitor, sub: String(decodeJwt(id_token).sub) })
  }
}, 60_000)
afterAll(() => provider?.close())

const owner = (index: number): Person => people[index % 2]!
const stranger = (index: number): Person => people[(index + 1) % 2]!

/** What must not be in an answer to the one: anything of the other. */
const isOf = (index: number, text: string) => {
  const { name, sub } = stranger(index)
  expect(text).not.toContain(name)
  expect(text).not.toContain(sub)
}

const codeOf = async ({ visitor }: Person, nonce: string): Promise<string> =>
  parametersOf((await visitor.visit(rp.authorizeUrl({ scope, prompt: "none", nonce, state: nonce }))).location)[
    "code"
  ] ?? ""

test("attack 40: 100 interleaved requests of two users, every third interrupted: no bytes of the other", async () => {
  const tokens = await Promise.all(
    people.map(async (person) => (await rp.redeem(await codeOf(person, "n"))).body["access_token"])
  )
  const asked = Array.from({ length: 100 }, async (_, index) => {
    const gone = new AbortController()
    const headers = { authorization: `Bearer ${tokens[index % 2]}` }
    const sent = fetch(`${provider.issuer}/userinfo`, { headers, signal: gone.signal }).then(answerOf)
    if (index % 3 === 0) setTimeout(() => gone.abort(), index % 11)
    const answer = await sent.catch(() => undefined)
    if (answer === undefined) return "gone"
    expect(answer.status).toBe(200)
    expect(answer.body).toMatchObject({ sub: owner(index).sub, name: `${owner(index).name} of attack 40` })
    isOf(index, answer.text)
    return "answered"
  })
  const outcomes = await Promise.all(asked)
  expect(outcomes.filter((outcome) => outcome === "answered").length).toBeGreaterThanOrEqual(66)
})

test("attack 40: codes, tokens, refreshes and pages of two users at once: each gets its own", async () => {
  const runs = Array.from({ length: 40 }, async (_, index) => {
    const person = owner(index)
    const nonce = `nonce-of-${person.name}-${index}`
    const code = await codeOf(person, nonce)
    const first = await rp.redeem(code)
    const idToken = decodeJwt(first.body["id_token"])
    expect(idToken).toMatchObject({ sub: person.sub, nonce })
    const second = await rp.refresh(first.body["refresh_token"])
    expect(decodeJwt(second.body["id_token"]).sub).toBe(person.sub)
    const [info, introspected, home] = await Promise.all([
      rp.userinfo(second.body["access_token"]),
      rp.introspect(second.body["refresh_token"]),
      person.visitor.visit("/")
    ])
    expect(info.body["sub"]).toBe(person.sub)
    expect(introspected.body["sub"]).toBe(person.sub)
    expect(home.text).toContain(`${person.name} of attack 40`)
    for (const { text } of [info, introspected, home]) isOf(index, text)
    return [code, first.body["access_token"], first.body["refresh_token"], second.body["access_token"]]
  })
  const secrets = (await Promise.all(runs)).flat()
  expect(new Set(secrets).size, "nothing was given to two").toBe(secrets.length)
})

test("attack 40: two people signing in at the same moment get sessions of their own", async () => {
  const runs = Array.from({ length: 8 }, async (_, index) => {
    const visitor = new Visitor(provider.issuer)
    const state = `state-${index}`
    const answer = await visitor.signIn(rp, { scope, state }, owner(index).name)
    expect(answer["state"]).toBe(state)
    const { id_token } = (await rp.redeem(answer["code"] ?? "")).body
    expect(decodeJwt(id_token).sub).toBe(owner(index).sub)
    return visitor.cookies.get("hapax_session") ?? ""
  })
  const sessions = await Promise.all(runs)
  expect(new Set(sessions).size).toBe(sessions.length)
  sessions.forEach((session, index) => expect(session.startsWith(`${owner(index).sub}.`)).toBe(true))
})
