/**
 * The Audit oracle on real workerd: workerd is killed again and again in the middle of whatever goes on, begins anew
 * over the same storage, and then it is counted: every acknowledged effect has exactly one event in D1 and R2 together.
 *
 * When it is killed is drawn, and what is under way then is the machine's business: whatever it was, the count holds.
 */
import type { ChildProcess } from "node:child_process"
import { subscribe, unsubscribe } from "node:diagnostics_channel"
import { mkdtempSync } from "node:fs"
import { rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as wait } from "node:timers/promises"
import { Effect, Option, Redacted, Result } from "effect"
import { afterAll, beforeAll, expect, it } from "vitest"
import { openLocalStore, type LocalStore } from "../../src/cli/LocalStore.ts"
import { migrateStore, storeOf } from "../../src/cli/OpenStore.ts"
import { readSettings } from "../../src/cli/Settings.ts"
import { workerBundle } from "../../src/cli/WorkerBundle.ts"
import { eventIdOf, type KeptEvent } from "../../src/domain/AuditEvent.ts"
import { parseCode } from "../../src/domain/AuthorizationCode.ts"
import { parse } from "../../src/domain/RefreshToken.ts"
import { statement } from "../../src/layers/cloudflare/d1/D1Client.ts"
import { RandomStream } from "../../src/layers/test/RandomStream.ts"
import { callback, newBrowser, RelyingParty } from "../clauses/RelyingParty.ts"
import { freePorts } from "../cli/Tool.ts"
import { password } from "../workerd/Fixtures.ts"

const seed = process.env["SEED"] ?? "chaos"
const kills = 5
const old = 40

const data = mkdtempSync(join(tmpdir(), "hapax-test-"))
const processes: Array<ChildProcess> = []
const watch = (message: unknown) => {
  const { process: child } = message as { readonly process: ChildProcess }
  child.once("spawn", () => {
    if (/workerd/.test(child.spawnfile)) processes.push(child)
  })
}
let store: LocalStore
let issuer = ""

beforeAll(async () => {
  const [port] = await freePorts()
  const settings = readSettings({ HAPAX_DATA: data, PORT: String(port), DEMO: "off" })
  if (Result.isFailure(settings)) throw settings.failure
  issuer = settings.success.issuer
  subscribe("child_process", watch)
  store = await openLocalStore({
    settings: settings.success,
    secret: Redacted.make("a secret for tests only, forty characters"),
    bundle: await workerBundle(),
    mail: {},
    listenOn: ["127.0.0.1"],
    onLog: () => undefined,
    onRestart: () => undefined,
    onDeath: () => undefined
  })
  await Effect.runPromise(migrateStore(storeOf(store)))
  const grant_types = ["authorization_code", "refresh_token", "client_credentials"]
  await ask("client.create", { id: "rp", secret, metadata: { redirect_uris: [callback], grant_types } })
  await ask("user.create", { username: "alice", password })
  const insert = "INSERT INTO audit_log (event_id, at, type) VALUES (?, ?, 'user.created')"
  const events = Array.from({ length: old }, (_, n) => statement(insert, oldId(n), n))
  await Effect.runPromise(store.d1.batch("test", events))
}, 60_000)

afterAll(async () => {
  unsubscribe("child_process", watch)
  await store?.close()
  await rm(data, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
})

const secret = "rp-secret-rp-secret-rp-secret-rp"
const oldId = (n: number) => eventIdOf(n, String(n).padStart(14, "A"))

const ask = async (command: string, input: unknown): Promise<any> => {
  const { error, ok } = JSON.parse(await store.operate(JSON.stringify({ command, input })))
  if (error !== undefined) throw new Error(error.message)
  return ok
}

/** Until workerd, which was killed, answers again. */
const untilAnswered = async <A>(question: () => Promise<A>): Promise<A> => {
  for (;;) {
    const answer = await question().catch(() => undefined)
    if (answer !== undefined) return answer
    await wait(50)
  }
}

/** What clients were told is done: the kind of its event, and what tells it from every other. */
const acknowledged: Array<string> = []

const nameOf = ({ clientId, detail, grantId, type }: KeptEvent): string => {
  const { head = "", jti = "" } = detail ?? {}
  if (type === "tokens.issued") return `${type} ${clientId} ${jti}`
  return type === "refresh.rotated" ? `${type} ${grantId} ${head}` : `${type} ${grantId}`
}

const grantOf = (token: string) => {
  const { generation, grantId } = Option.getOrThrow(parse(token))
  return { head: generation, grantId }
}

/** One client: signs in, redeems, refreshes, shows a token that was used, and gets a token of its own. */
const client = async (isOver: () => boolean) => {
  const rp = new RelyingParty({ issuer, run: () => Promise.reject(new Error("nothing is run")) }, "rp", secret)
  const browser = newBrowser()
  const turn = async () => {
    const code = await rp.code(browser, { scope: "openid offline_access", prompt: "login consent" })
    const [issued] = Option.getOrThrow(parseCode(code))
    acknowledged.push(`code.issued ${issued}`)
    let token: string | undefined = (await rp.redeem(code)).body["refresh_token"]
    if (token === undefined) return
    acknowledged.push(`code.redeemed ${grantOf(token).grantId}`)
    const first = token
    for (let times = 0; times < 3; times += 1) {
      token = (await rp.refresh(token)).body["refresh_token"]
      if (token === undefined) return
      const { grantId, head } = grantOf(token)
      acknowledged.push(`refresh.rotated ${grantId} ${head}`)
    }
    const own: string | undefined = (await rp.post("/token", { grant_type: "client_credentials" })).body["access_token"]
    if (own !== undefined) {
      const { jti } = JSON.parse(Buffer.from(own.split(".")[1] ?? "", "base64url").toString())
      acknowledged.push(`tokens.issued rp ${jti}`)
    }
    const again = await rp.refresh(first)
    if (again.body["error"] === "invalid_grant") reused.push(grantOf(first).grantId)
  }
  // Whatever broke: nobody was told that it is done, and there is a next turn.
  while (!isOver()) await turn().catch(() => wait(50))
}

const reused: Array<string> = []

/** Everything that the log and the archive have. */
const everything = async (): Promise<ReadonlyArray<KeptEvent>> => {
  const events: Array<KeptEvent> = []
  for (let after: string | null = ""; after !== null;) {
    const page: { events: Array<KeptEvent>; damaged: Array<unknown>; next: string | null } = await ask("audit.find", {
      limit: 1_000,
      ...(after === "" ? {} : { after })
    })
    expect(page.damaged).toEqual([])
    events.push(...page.events)
    after = page.next
  }
  return events
}

it(`workerd stopped between any two steps: each acknowledged effect has exactly one event (SEED=${seed})`, async () => {
  const chance = new RandomStream(seed)
  let isOver = false
  const clients = Array.from({ length: 3 }, () => client(() => isOver))
  const upkeep = (async () => {
    // Asking is partly synchronous: others must have their turn.
    for (; !isOver; await wait(100)) await ask("upkeep.run", {}).catch(() => undefined)
  })()
  for (let kill = 0; kill < kills; kill += 1) {
    await wait(300 + chance.below(700))
    processes.at(-1)?.kill("SIGKILL")
    await untilAnswered(() => fetch(`${issuer}/.well-known/openid-configuration`))
  }
  isOver = true
  await Promise.all([...clients, upkeep])
  await ask("upkeep.run", {})
  const missing = async () => {
    const events = await everything()
    const names = new Map(Map.groupBy(events, nameOf))
    const wanted = [...acknowledged, ...reused.map((grantId) => `refresh.reused ${grantId}`)]
    return { events, lost: wanted.filter((name) => !names.has(name)) }
  }
  let { events, lost } = await missing()
  for (let tries = 0; lost.length > 0 && tries < 100; tries += 1) {
    await wait(100)
    ;({ events, lost } = await missing())
  }
  expect(lost).toEqual([])
  // Each once: by its id, and by what it is about.
  expect(events.length).toBe(new Set(events.map(({ id }) => id)).size)
  const counted = new Set(acknowledged)
  const about = events.map(nameOf).filter((name) => counted.has(name))
  expect(about.length).toBe(counted.size)
  // And the old ones are all there, in the archive.
  expect(events.slice(-old).map(({ id }) => id)).toEqual(Array.from({ length: old }, (_, n) => oldId(old - 1 - n)))
  expect(acknowledged.length).toBeGreaterThan(kills)
  console.info(`${acknowledged.length} effects, ${reused.length} reuses, ${processes.length - 1} ends of workerd`)
}, 60_000)
