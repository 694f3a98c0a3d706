/** All that may come of a tiny scenario: how its clients end, over every schedule and every fault that it enables. */
import { Effect, Exit, type Layer } from "effect"
import { exhaustive } from "../../../src/layers/test/kernel/Exhaustive.ts"
import type { TestWorld } from "../../../src/layers/test/kernel/World.ts"
import type { Scenario } from "../../../src/layers/test/Scenario.ts"
import { search } from "../../../src/layers/test/Simulate.ts"

type Programs<R> = Readonly<Record<string, Effect.Effect<unknown, unknown, R>>>

/** What each client heard: its value, its failure's tag and reason, or that it is gone. */
export type Outcome = Readonly<Record<string, unknown>>

export interface Tiny<S, R> extends Pick<
  Scenario<S, R>,
  "faults" | "atMost" | "skews" | "isolates" | "background" | "moments"
> {
  readonly layer: Layer.Layer<R | TestWorld>
  readonly setup?: Effect.Effect<S, unknown, R>
  readonly clients: Programs<R> | ((scene: S) => Programs<R>)
  /** What is asked of the storage when everybody has ended. */
  readonly afterwards?: Effect.Effect<unknown, unknown, R>
  /** Whether the platform begins anew before that. */
  readonly restarts?: boolean
}

const said = (exit: Exit.Exit<unknown, unknown> | undefined): unknown => {
  if (exit === undefined) return "gone"
  if (Exit.isSuccess(exit)) return exit.value
  const [reason] = exit.cause.reasons
  if (reason?._tag !== "Fail") return reason?._tag === "Interrupt" ? "gone" : String(reason)
  const error = reason.error as { readonly _tag?: string; readonly reason?: string }
  return [error._tag ?? String(error), ...(error.reason === undefined ? [] : [error.reason])].join(" ")
}

/** Every outcome once, in the order in which they were found. Fails if the search finds something wrong by itself. */
export const outcomes = Effect.fnUntraced(function* <S, R>({
  afterwards,
  clients,
  restarts,
  setup,
  ...tiny
}: Tiny<S, R>) {
  const found = new Map<string, Outcome>()
  const scenario: Scenario<S, R> = {
    ...tiny,
    name: "tiny",
    setup: setup ?? (Effect.void as unknown as Effect.Effect<S>),
    clients: (scene) => (typeof clients === "function" ? clients(scene) : clients),
    oracles: [
      {
        name: "Collects",
        judge: (run) => {
          const answers = Object.fromEntries([...run.answers].map(([client, exit]) => [client, said(exit)]))
          if (restarts === true) run.restart()
          const outcome = afterwards === undefined ? answers : { ...answers, afterwards: said(run.ask(afterwards)) }
          found.set(JSON.stringify(outcome), outcome)
          return undefined
        }
      }
    ]
  }
  const { failure } = yield* search(scenario, () => exhaustive())
  if (failure !== undefined) return yield* Effect.die(new Error(failure.violation.sentence))
  return [...found.values()]
})

/** What one client heard, in all of them. */
export const heardBy = (all: ReadonlyArray<Outcome>, client: string): ReadonlyArray<unknown> => [
  ...new Set(all.map((outcome) => outcome[client]))
]
