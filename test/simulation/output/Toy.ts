/** Small scenarios of a shelf from which a thing may be taken once, to see what is printed of them. */
import { Context, Effect, Exit, Layer } from "effect"
import { Cells } from "../../../src/layers/test/kernel/Cells.ts"
import type { Fault } from "../../../src/layers/test/kernel/Fault.ts"
import { act, aWorld, TestWorld, type World } from "../../../src/layers/test/kernel/World.ts"
import { once } from "../../../src/layers/test/oracles/Once.ts"
import type { Scenario } from "../../../src/layers/test/Scenario.ts"
import { type Entry, entry } from "../Entry.ts"

interface Shelf {
  readonly world: World
  readonly things: Cells<string>
}

const filled = Effect.map(TestWorld, (world): Shelf => {
  const things = new Cells<string>(world, "shelf")
  things.set("lamp", "there")
  return { world, things }
})

const asked = <A>({ world }: Shelf, operation: string, execute: () => A) =>
  world.call<A, string>({
    place: "Shelf 1",
    operation,
    execute: () => Exit.succeed(execute()),
    befalls: [
      { fault: "lost reply", executes: "now", hears: Exit.fail("nobody answers") },
      { fault: "lost request", executes: "never", hears: Exit.fail("nobody answers") },
      { fault: "late execution", executes: "later", hears: Exit.fail("nobody answers") },
      { fault: "commit failure", executes: "undone", hears: Exit.fail("nobody answers") },
      { fault: "overload", executes: "never", hears: Exit.fail("too much to do") },
      { fault: "restart", executes: "now", restarts: true, hears: "result" }
    ]
  })

/** Looks first and takes then, between which another may do the same. */
const lookAndTake = Effect.fnUntraced(function* (shelf: Shelf) {
  const there = yield* asked(shelf, "Shelf.look", () => shelf.things.has("lamp"))
  if (!there) return yield* Effect.fail("it is gone")
  yield* Effect.sleep("61 seconds")
  yield* asked(shelf, "Shelf.take", () => shelf.things.delete("lamp"))
  return "lamp"
})

/** Looks and takes in one. */
const takeAtOnce = Effect.fnUntraced(function* (shelf: Shelf) {
  const taken = yield* asked(shelf, "Shelf.take", () => shelf.things.delete("lamp"))
  return taken ? "lamp" : yield* Effect.fail("it is gone")
})

type Taking = (shelf: Shelf) => Effect.Effect<string, string>

/** Two who take the same. */
export const takenBy = (
  name: string,
  take: Taking,
  more: Partial<Pick<Scenario<Shelf, TestWorld>, "atMost" | "moments">> & {
    readonly faults?: ReadonlyArray<Fault>
  } = {}
): Scenario<Shelf, TestWorld> => ({
  name,
  layer: aWorld,
  setup: filled,
  clients: (shelf) => ({ anna: act("take", take(shelf)), "bert <&>": act("take", take(shelf)) }),
  oracles: [once({ thing: "lamp", of: () => "on the shelf" })],
  faults: ["lost reply", "late execution", "disconnect"],
  ...more
})

export const broken = takenBy('look "and" take', lookAndTake)

export const sound = takenBy("take at once", takeAtOnce)

const tidiedLayer = Layer.tap(aWorld, (context) =>
  Effect.sync(() => {
    const world = Context.get(context, TestWorld)
    const tidied = new Cells<boolean>(world, "tidied")
    const tidy = (nth: number) =>
      world.call<void, never>({
        place: `Cupboard with a long name ${nth}`,
        operation: "Cupboard.tidy",
        execute: () => Exit.void,
        befalls: []
      })
    const tidyTwice = Effect.andThen(tidy(1), tidy(2))
    const fire = () => {
      tidied.set("all", true)
      for (const process of ["tidier 1", "tidier 2"]) world.spawn(process, tidyTwice)
    }
    world.sources.push({
      name: "tidiers",
      options: () => (tidied.has("all") ? [] : [{ label: "come round", fault: undefined, fire }])
    })
  })
)

/** One after whom the platform tidies up. */
export const tidied: Scenario<Shelf, TestWorld> = {
  ...takenBy("take and tidy", takeAtOnce),
  layer: tidiedLayer,
  background: "between"
}

export const scenarios: ReadonlyArray<Entry> = [
  entry(sound, "exhaustive"),
  entry(takenBy("take at once, sampled", takeAtOnce, { faults: ["lost reply", "overload"], atMost: 2 }), "sampled")
]

/** What a mutant is, of a scenario of these. */
export const mutantOf = (scenario: Scenario<Shelf, TestWorld>) => ({
  of: "0",
  name: scenario.name,
  entry: entry(scenario, "exhaustive"),
  sound: entry(sound, "exhaustive"),
  killedBy: "Once",
  within: 100,
  schedule: ""
})

export const mutants = [mutantOf(broken)]

export const notYet = [{ of: "1", name: "a shelf that burns", waitsFor: "fire" }]
