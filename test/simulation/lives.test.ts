/**
 * Ten thousand logins and their lives, through the flows, in virtual time: while they go on, storage holds what is
 * live; when they are over, it is what it was before them. simulation.md, row 18.
 */
import { Effect } from "effect"
import { expect, it } from "vitest"
import { exhaustive } from "../../src/layers/test/kernel/Exhaustive.ts"
import { act } from "../../src/layers/test/kernel/World.ts"
import { MemoryWorld } from "../../src/layers/test/Memory.ts"
import { MemoryDatabase } from "../../src/layers/test/MemoryDatabase.ts"
import { MemoryBackground } from "../../src/layers/test/models/Background.ts"
import { printFailure } from "../../src/layers/test/report/PrintFailure.ts"
import { authorize } from "../../src/services/flows/Authorize.ts"
import { approveConsent } from "../../src/services/flows/authorize/ConsentStep.ts"
import { cleanDatabase } from "../../src/services/flows/upkeep/CleanDatabase.ts"
import { entry } from "./Entry.ts"
import { asks, browserOf, codeOf, redeem, refresh, signIn, signOut, stepOf, withConsentStep } from "./Scene.ts"
import { leftBehind } from "./LeftBehind.ts"
import { ProviderWithBackground, type WithBackground } from "./scenarios/AuditPipeline.ts"

const logins = 10_000
const between = 5 * 60_000
const perHour = 3_600_000 / between

/** What runs by itself: alarms, the queue, and the cron's part of D1. */
const atNight = Effect.flatMap(MemoryBackground, ({ drain }) => Effect.andThen(drain, cleanDatabase()))

/** One person's visit; each of them ends in one of the ways in which visits end. */
const visit = Effect.fnUntraced(function* (count: number) {
  const browser = browserOf("b")
  const form = stepOf(yield* authorize(asks(), browser))
  if (count % 10 === 0) return
  if (count % 10 === 1) return yield* Effect.ignore(signIn(form, browser, "alice", "not the password"))
  const signed = yield* signIn(form, browser)
  if (signed._tag !== "SignedIn") return yield* Effect.die("nobody signed in")
  const code = codeOf(signed.outcome) ?? ""
  if (count % 10 === 2) return
  const tokens = yield* redeem({ code })
  if (count % 10 === 3) yield* Effect.ignore(redeem({ code }))
  if (count % 10 === 4) yield* refresh(tokens.refresh_token ?? "")
  if (count % 10 === 5) yield* signOut(browserOf("b", signed.cookie))
})

/** Every row there is, by table; the audit log, which the archive takes, and the clean-up's own places left out. */
const rows = Effect.gen(function* () {
  const { accounts, limiters, tickets } = yield* MemoryWorld
  const { outbox } = yield* MemoryBackground
  const { directory, identifiers, initialTokens } = yield* MemoryDatabase
  const homes = [accounts, limiters, tickets]
  const counts = homes.flatMap(({ rowCounts }) => Object.entries(rowCounts()))
  const waiting = homes.flatMap(({ objects }) => [...objects.values()].map((one) => one.outbox.size))
  return {
    ...Object.fromEntries(counts.filter(([, count]) => count > 0)),
    outboxes: waiting.reduce((sum, size) => sum + size, outbox.size),
    directory: directory.size,
    identifiers: identifiers.size,
    tokens: initialTokens.size
  }
})

const sum = (counts: Readonly<Record<string, number>>) => Object.values(counts).reduce((a, b) => a + b, 0)

/**
 * A family lives thirty days and a session three without a use, a day of grace and an hour; a little of what is shorter
 * lies around until it is swept.
 */
const most = 30 * 24 * perHour + 5 * 24 * perHour + 500

const setup = Effect.gen(function* () {
  const { browser, sealed } = yield* withConsentStep
  yield* approveConsent(sealed, browser)
  let largest = 0
  for (let count = 1; count <= logins; count++) {
    yield* visit(count)
    if (count % 1_000 === 0) yield* leftBehind
    yield* Effect.sleep(between)
    if (count % (6 * perHour) === 0) {
      yield* atNight
      largest = Math.max(largest, sum(yield* rows))
    }
  }
  for (let quarter = 0; quarter < 35 * 4; quarter++) {
    yield* Effect.sleep(6 * 3_600_000)
    yield* atNight
  }
  return { largest, left: yield* rows }
})

it("10,000 logins later, rows are those of what is live, and in the end of the user alone", async () => {
  const seen: Array<Effect.Success<typeof setup>> = []
  const scenario = entry<Effect.Success<typeof setup>, WithBackground>(
    {
      name: "ten thousand logins",
      layer: ProviderWithBackground,
      setup,
      clients: (scene) => {
        seen.push(scene)
        return { nobody: act("nothing", Effect.void) }
      },
      oracles: []
    },
    "exhaustive"
  )
  const report = await Effect.runPromise(scenario.search(() => exhaustive()))
  expect(report.failure && printFailure(report.failure)).toBeUndefined()
  const [{ largest, left } = { largest: 0, left: {} }] = seen
  expect(largest).toBeGreaterThan(1_000)
  expect(largest).toBeLessThan(most)
  // A home that was never made has a tombstone, so that it never is: a row for each id that is gone, for good.
  const users = 1 + logins / 1_000
  expect(left).toEqual({ users, consents: 1, outboxes: 0, directory: 1, identifiers: 2, tokens: 0 })
}, 240_000)
