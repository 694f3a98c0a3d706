/** Small programs over a few cells, to see what the kernel makes of them. */
import { Effect, Exit, type Layer } from "effect"
import type { Fault } from "../../../src/layers/test/kernel/Fault.ts"
import { Cells } from "../../../src/layers/test/kernel/Cells.ts"
import { aWorld, TestWorld } from "../../../src/layers/test/kernel/World.ts"
import type { Finished, Scenario } from "../../../src/layers/test/Scenario.ts"

/** One thing that a client does to one cell. */
export interface Instruction {
  readonly does: "read" | "write" | "increment" | "sleep"
  readonly cell: string
}

export type Program = ReadonlyArray<Instruction>

const cells = new WeakMap<object, Cells<number>>()

/** The cells of a world. */
const numbers = TestWorld.use((world) => {
  const known = cells.get(world)
  const made = known ?? new Cells<number>(world, "numbers")
  cells.set(world, made)
  return Effect.succeed(made)
})

const perform = Effect.fnUntraced(function* ({ cell, does }: Instruction, value: number) {
  if (does === "sleep") return yield* Effect.as(Effect.sleep(value), 0)
  const world = yield* TestWorld
  const stored = yield* numbers
  const lost = Exit.fail("lost")
  return yield* world.call({
    place: cell,
    operation: `${does} ${cell}`,
    execute: () => {
      const before = stored.get(cell) ?? 0
      if (does === "write") stored.set(cell, value)
      if (does === "increment") stored.set(cell, before + 1)
      return Exit.succeed(does === "write" ? value : before)
    },
    befalls: [
      { fault: "lost reply", executes: "now", hears: lost },
      { fault: "lost request", executes: "never", hears: lost },
      { fault: "late execution", executes: "later", hears: lost },
      { fault: "commit failure", executes: "undone", hears: lost }
    ]
  })
})

/** Runs a program, and answers with what it read; each of its values is its own. */
const runProgram = (program: Program, first: number) =>
  Effect.forEach(program, (instruction, index) =>
    perform(instruction, first + index).pipe(Effect.catch((error) => Effect.succeed(error)))
  )

type World = Layer.Success<typeof aWorld>

/** What a run came to: what each client read, and what is in the cells. */
export const outcomeOf = (run: Finished<void, World>): string => {
  const answers = [...run.answers].map(([name, exit]) => [name, exit && Exit.isSuccess(exit) ? exit.value : "gone"])
  const left = run.ask(Effect.map(numbers, (stored) => [...stored]))
  return JSON.stringify([answers, Exit.isSuccess(left) ? left.value : "unknown"])
}

/** A scenario of programs that notes every outcome. */
export const toy = (
  programs: Readonly<Record<string, Program>>,
  outcomes: Set<string>,
  more: {
    readonly faults?: ReadonlyArray<Fault>
    readonly atMost?: number
    readonly moments?: "together" | "apart"
  } = {}
): Scenario<void, World> => ({
  name: "toy",
  layer: aWorld,
  setup: Effect.void,
  clients: () =>
    Object.fromEntries(
      Object.entries(programs).map(([name, program], index) => [name, runProgram(program, (index + 1) * 100)])
    ),
  oracles: [
    {
      name: "outcome",
      judge: (run) => {
        outcomes.add(outcomeOf(run))
        return undefined
      }
    }
  ],
  ...more
})
