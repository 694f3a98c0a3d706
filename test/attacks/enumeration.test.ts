/**
 * Who has an account here? Attack 37, as a property of two runs: whether a name is known or not, the same operations,
 * the same hashes of a password, the same answer.
 *
 * What is asked of storage is traced around the operations, over storage in memory; status, headers and body are
 * compared on real workerd, and so is what each request costs.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { limits } from "../../src/domain/RateLimit.ts"
import { disableUser } from "../../src/services/flows/operator/UserStatus.ts"
import { register, type RelyingParty } from "../clauses/RelyingParty.ts"
import { makeUser, password } from "../workerd/Fixtures.ts"
import { type RunningProvider, startProvider } from "../workerd/Provider.ts"
import { makeDraw } from "./Draw.ts"
import { type NodeProvider, startNodeProvider } from "./NodeProvider.ts"
import { type Visit, Visitor } from "./Visitor.ts"

let provider: RunningProvider
let node: NodeProvider
let rps: { readonly worker: RelyingParty; readonly node: RelyingParty }

beforeAll(async () => {
  provider = await startProvider()
  node = await startNodeProvider()
  rps = { worker: await register(provider, "rp"), node: await register(node, "rp") }
  for (const name of ["alice", "doris"]) {
    await provider.run(makeUser(name))
    await node.run(makeUser(name))
  }
  // An account that is disabled, as far as anybody outside can tell, is none.
  await provider.run(disableUser("doris"))
  await node.run(disableUser("doris"))
}, 60_000)
afterAll(() => Promise.all([provider?.close(), node?.close()]))

/** Names of one length. Alice has an account, with another password than is tried; Doris's is disabled. */
const names = ["alice", "nobod", "doris", "ALICE", "a'--x", "Zoë☃x"]
const addresses = ["alice@example.com", "nobod@example.com", "doris@example.com", "alice@example.org"]

/** What an attacker sees of a failed login, but for what it sent itself and for what is random. */
const seen = (visit: Visit, login: string) => ({
  status: visit.status,
  headers: [...visit.headers].filter(([name]) => !["date", "content-length"].includes(name)).toSorted(),
  body: visit.text
    .replace(/(data-challenge=")[^"]+/g, "$1…")
    .replace(/(interaction=)[^"&]+/g, "$1…")
    .replace(/(name="interaction" value=")[^"]+/g, "$1…")
    .replace(/ value="[^"]*"/, login === "" ? ' value=""' : ' value="…"')
    .replaceAll(/(id="login"[^]*?value=")[^"]*/g, "$1…")
})

const attempt = async (rp: RelyingParty, login: string, secret: string): Promise<Visit> => {
  const visitor = new Visitor(rp.provider.issuer)
  return visitor.login(await visitor.begin(rp), login, secret)
}

describe("attack 37: who has an account here? login", () => {
  const traceOf = async (login: string, secret = "wrong password"): Promise<ReadonlyArray<string>> => {
    const visitor = new Visitor(node.issuer)
    const interaction = await visitor.begin(rps.node)
    node.takeTrace()
    expect((await visitor.login(interaction, login, secret)).status).toBe(422)
    // How the pages look is the provider's, and read once in a while.
    return node.takeTrace().filter((operation) => !operation.startsWith("Branding."))
  }

  test("the same trace for known and unknown: same operations, same hash cost", async () => {
    const counted = ["Limit.take", "Limit.take"]
    const judged = ["User.find", "PasswordHasher.verify"]
    const expected = ["Client.find", "Identifier.resolve", ...counted, ...judged, "AuditLog.append", "Client.find"]
    for (const name of [...names, ...addresses]) expect([name, await traceOf(name)]).toEqual([name, expected])
  })

  test("a disabled account with the right password: the same trace too", async () => {
    expect(await traceOf("doris", password)).toEqual(await traceOf("nobod", password))
  })

  test("two runs, 40 drawn logins: known and unknown are told apart by nothing", async () => {
    const draw = makeDraw(20_261_120)
    for (let i = 0; i < 40; i++) {
      // What was tried before does not count any more.
      node.advance(limits.login_account.window)
      const secret = Array.from({ length: 1 + draw.below(30) }, () => String.fromCharCode(33 + draw.below(90))).join("")
      const known = names[0] ?? ""
      const unknown = Array.from(known, () => String.fromCharCode(97 + draw.below(26))).join("")
      expect(await traceOf(unknown, secret)).toEqual(await traceOf(known, secret))
    }
  })

  test("on workerd: same status, same headers, same body", async () => {
    const one = seen(await attempt(rps.worker, names[0] ?? "", "wrong"), names[0] ?? "")
    expect(one.status).toBe(422)
    for (const name of [...names, ...addresses]) {
      expect([name, seen(await attempt(rps.worker, name, "wrong"), name)]).toEqual([name, one])
    }
    expect(seen(await attempt(rps.worker, "doris", password), "doris")).toEqual(one)
  })

  test("on workerd: the same object calls and D1 calls", async () => {
    const costOf = async (name: string, secret: string) => {
      // What an isolate reads once a minute is fresh.
      await fetch(provider.issuer)
      provider.clearLogs()
      await attempt(rps.worker, name, secret)
      const posts = provider.logs().filter(({ method, pathname }) => method === "POST" && pathname === "/login")
      expect(posts.length).toBe(1)
      const { d1Calls, d1RowsWritten, leaseRowsWritten = 0, leases = 0, ...cost } = posts[0]?.cost ?? {}
      // Permits are leased for a block of requests, whichever of them it is.
      const objectCalls = (cost["objectCalls"] ?? 0) - leases
      return {
        d1Calls,
        d1RowsWritten,
        objectCalls,
        objectRowsWritten: (cost["objectRowsWritten"] ?? 0) - leaseRowsWritten
      }
    }
    const cost = await costOf("alice", "wrong")
    expect(cost).toEqual({ d1Calls: 4, d1RowsWritten: 1, objectCalls: 3, objectRowsWritten: 2 })
    for (const name of ["nobod", "doris", "nobod@example.com"]) expect(await costOf(name, "wrong")).toEqual(cost)
    expect(await costOf("doris", password)).toEqual(cost)
  })
})

describe("attack 37: … and before anybody typed a password", () => {
  test("login_hint: the same page for known and unknown", async () => {
    const pageOf = async (hint: string) => {
      const visitor = new Visitor(provider.issuer)
      const { location } = await visitor.visit(rps.worker.authorizeUrl({ login_hint: hint }))
      return seen(await visitor.visit(location), hint)
    }
    expect(await pageOf("nobod@example.com")).toEqual(await pageOf("alice@example.com"))
  })

  test("prompt=none with a hint of somebody: login_required, for known and unknown", async () => {
    const visitor = new Visitor(provider.issuer)
    const answers = await Promise.all(
      ["alice", "nobod"].map((login_hint) => visitor.visit(rps.worker.authorizeUrl({ prompt: "none", login_hint })))
    )
    expect(answers[0]?.location).toBe(answers[1]?.location)
  })

  test("a user's id in a made-up session or token says nothing about whether it exists", async () => {
    const { code } = await new Visitor(provider.issuer).signIn(rps.worker)
    const { access_token } = (await rps.worker.redeem(code ?? "")).body
    const { sub } = JSON.parse(Buffer.from(access_token.split(".")[1], "base64url").toString())
    const other = sub.replace(/.{22}$/, "a".repeat(22))
    const home = async (user: string) => {
      const visitor = new Visitor(provider.issuer)
      visitor.cookies.set("hapax_session", `${user}.${"A".repeat(43)}`)
      return seen(await visitor.visit("/"), "")
    }
    expect(await home(sub)).toEqual(await home(other))
    const answers = await Promise.all(
      [sub, other].map((id) => rps.worker.redeem(`${id}.${"A".repeat(43)}`).then(({ status, text }) => [status, text]))
    )
    expect(answers[0]).toEqual(answers[1])
  })
})
