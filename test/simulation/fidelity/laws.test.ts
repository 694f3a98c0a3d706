/**
 * The laws of storage: the same over the models as over workerd, and they hold inside a simulation, where each call is
 * a moment of its own and may go wrong.
 */
import { describe, expect, it, vi } from "@effect/vitest"
import { Effect, Exit, Layer } from "effect"
import type { SecureRandom } from "effect/crypto"
import type { Chooser } from "../../../src/layers/test/kernel/Chooser.ts"
import { exhaustive } from "../../../src/layers/test/kernel/Exhaustive.ts"
import type { Fault } from "../../../src/layers/test/kernel/Fault.ts"
import { random } from "../../../src/layers/test/kernel/Random.ts"
import { TestWorld } from "../../../src/layers/test/kernel/World.ts"
import { MemoryProvider } from "../../../src/layers/test/MemoryProvider.ts"
import type { Scenario } from "../../../src/layers/test/Scenario.ts"
import { search } from "../../../src/layers/test/Simulate.ts"
import { Around } from "../../../src/services/storage/Consistency.ts"
import type { Law } from "../../../src/services/storage/Law.ts"
import { OutcomeUnknown } from "../../../src/services/storage/StorageError.ts"
import { LawClock, LawStorage } from "../../../src/services/storage/World.laws.ts"
import { type D1Needs, laws as d1Laws } from "../../laws/D1Laws.ts"
import { laws as objectLaws, type ObjectNeeds, ofTheFirstAnswer } from "../../laws/ObjectLaws.ts"

// ---------------------------------------------------------------------------------------------------------------
// The same laws everywhere

interface Registered {
  readonly group: string
  readonly title: string
}

/**
 * What a file of tests registers, none of which is run: its own copy of the test library only takes the titles down.
 *
 * The runner's own list is of no use here: it reads the text of a file, and finds no test that a function makes.
 */
const registeredBy = async (load: () => Promise<unknown>): Promise<ReadonlyArray<Registered>> => {
  const found: Array<Registered> = []
  let group = ""
  const test = Object.assign((title: string) => void found.push({ group, title }), {
    effect: (title: string) => void found.push({ group, title })
  })
  vi.resetModules()
  vi.doMock("@effect/vitest", () => ({
    afterAll: () => {},
    beforeAll: () => {},
    expect,
    it: test,
    describe: (name: string, body: () => void) => {
      group = name
      body()
    }
  }))
  await load()
  vi.doUnmock("@effect/vitest")
  // Files of tests share what they load: those that come after this one must not find what was loaded here.
  vi.resetModules()
  return found
}

const titled = (all: ReadonlyArray<{ readonly title: string }>): ReadonlyArray<string> =>
  all.map(({ title }) => title).toSorted()

const lost = "every answer is lost once"

describe("the laws are run over the models and over workerd", () => {
  it.each([
    {
      storage: "objects",
      laws: titled(objectLaws),
      twice: titled(objectLaws.filter(isOfAnyAnswer)),
      memory: () => import("../../laws/objects.memory.test.ts"),
      workerd: () => import("../../laws/objects.workerd.test.ts")
    },
    {
      storage: "D1 and R2",
      laws: titled(d1Laws),
      twice: titled(d1Laws),
      memory: () => import("../../laws/d1.memory.test.ts"),
      workerd: () => import("../../laws/d1.workerd.test.ts")
    }
  ])("all of them, and the same of them: $storage", async ({ laws, memory, twice, workerd }) => {
    expect(laws.length).toBeGreaterThan(10)
    expect(new Set(laws).size).toBe(laws.length)
    for (const load of [memory, workerd]) {
      // What a real database costs is asked of workerd alone, and is no law.
      const tests = (await registeredBy(load)).filter(({ group }) => group !== "rows read and written")
      expect(titled(tests.filter(({ group }) => !group.includes(lost)))).toEqual(laws)
      expect(titled(tests.filter(({ group }) => group.includes(lost)))).toEqual(twice)
    }
  })
})

function isOfAnyAnswer({ title }: { readonly title: string }): boolean {
  return !ofTheFirstAnswer.has(title)
}

// ---------------------------------------------------------------------------------------------------------------
// Inside a simulation

type Needs = Exclude<ObjectNeeds | D1Needs, SecureRandom.SecureRandom>

/** A stream's bytes come by promises of the host, which a simulation cannot put into an order. */
const ofTheHost = new Set(["a picture is read as it was put, byte for byte, with its type"])

/** These only read: there is nothing that could be lost, and no choice. */
const onlyRead = new Set([
  "an isolate remembers the report that it kept last",
  "roles are found by their names, each once, and listed in the order of the names",
  "the database says how large it is, and which migration is its newest",
  "the archive and the cache answer"
])

/** These are about what may never be asked for again: an answer that is lost stays lost. */
const neverAgain = new Set([
  "what ten isolates add at the same time is summed",
  "a day later the row begins anew, and what comes too late for its window is left out"
])

const laws = ([...objectLaws, ...d1Laws] as ReadonlyArray<Law<Needs>>).filter(({ title }) => !ofTheHost.has(title))

const changing = laws.filter(({ title }) => !onlyRead.has(title))

/** Time passes where a client sleeps, and a restart is one more call, of the platform's. */
const surroundings = Layer.merge(
  Layer.succeed(LawClock, { advance: (milliseconds) => Effect.sleep(milliseconds) }),
  Layer.effect(
    LawStorage,
    TestWorld.use((world) =>
      Effect.succeed({
        restart: world.call({
          place: "platform",
          operation: "restart",
          execute: () => {
            world.restartAll()
            return Exit.void
          },
          befalls: []
        })
      })
    )
  )
)

const layer = Layer.provideMerge(surroundings, MemoryProvider)

/** Asks again when nobody knows what became of a call, as `retried` does. */
const again = Effect.provideService(Around, (_, run) =>
  Effect.catchIf(
    run,
    (error) => error instanceof OutcomeUnknown,
    () => run
  )
)

/** A law that asks many times at once has more orders than there is time for: some of them are run, by chance. */
const asksAtOnce = ({ title }: { readonly title: string }): boolean =>
  /^50 |at once|at the same time|while they are being/.test(title)

const choosing = (law: Law<Needs>) => (): Chooser =>
  asksAtOnce(law) ? random({ runs: 30, seed: law.title }) : exhaustive()

const simulated = (law: Law<Needs>, faults: ReadonlyArray<Fault>): Scenario<void, Layer.Success<typeof layer>> => ({
  name: law.title,
  layer,
  setup: Effect.void,
  clients: () => ({ law: faults.length === 0 ? law.check : again(law.check) }),
  moments: "apart",
  faults,
  oracles: [
    {
      name: "the law",
      judge: ({ answers }) => {
        const exit = answers.get("law")
        return exit !== undefined && Exit.isSuccess(exit) ? undefined : String(exit)
      }
    }
  ]
})

describe("inside a simulation, where an answer comes some time after its call, each law holds", () => {
  it.effect.each(laws)("$title", (law) =>
    Effect.gen(function* () {
      const { failure, schedules } = yield* search(simulated(law, []), choosing(law))
      expect(failure?.violation).toBeUndefined()
      // One client that asks for one thing after the other has no choice.
      expect(schedules).toBe(asksAtOnce(law) ? 30 : 1)
    })
  )
})

describe("inside a simulation, when any one answer is lost and asked for again, each law holds", () => {
  it.effect.each(changing.filter((one) => isOfAnyAnswer(one) && !neverAgain.has(one.title)))("$title", (law) =>
    Effect.gen(function* () {
      const { failure, schedules } = yield* search(simulated(law, ["lost reply"]), choosing(law))
      expect(failure?.violation).toBeUndefined()
      expect(schedules).toBeGreaterThan(1)
    })
  )
})

describe("inside a simulation, when any one call is lost, undone or meets a restart, each law holds", () => {
  it.effect.each(changing)("$title", (law) =>
    Effect.gen(function* () {
      const faults = ["lost request", "commit failure", "restart"] as const
      const { failure, schedules } = yield* search(simulated(law, faults), choosing(law))
      expect(failure?.violation).toBeUndefined()
      expect(schedules).toBeGreaterThan(1)
    })
  )
})

it("what is set aside is a law that there is", () => {
  const titles = new Set([...objectLaws, ...d1Laws].map(({ title }) => title))
  expect([...ofTheHost, ...onlyRead, ...neverAgain].filter((title) => !titles.has(title))).toEqual([])
})
