/** What is wrong with a run: what no run may do, then what the scenario's oracles say. */
import { Cause, type Effect, Exit } from "effect"
import type { Finished, Oracle } from "../Scenario.ts"
import type { Ended } from "./Plan.ts"

/** What is wrong with a run: which property, and a sentence for people. */
export interface Violation {
  readonly oracle: string
  readonly sentence: string
  /** The moments that the sentence is about, by their steps, where the oracle says which. */
  readonly moments?: ReadonlyArray<number>
}

/** The storage after a run, for whoever asks. */
export interface Aftermath<S, R> {
  readonly scene: S
  readonly ask: <A, E>(question: Effect.Effect<A, E, R>) => Exit.Exit<A, E>
  readonly restart: () => void
  readonly advance: (milliseconds: number) => void
}

export const judge = <S, R>(
  oracles: ReadonlyArray<Oracle<S, R>>,
  ended: Ended,
  after: Aftermath<S, R>
): Violation | undefined => {
  const broken = withoutOracles(ended)
  if (broken !== undefined) return broken
  const run: Finished<S, R> = {
    scene: after.scene,
    history: ended.recorder,
    answers: ended.answers,
    faults: ended.faults,
    ask: after.ask,
    restart: after.restart,
    advance: after.advance
  }
  for (const oracle of oracles) {
    const said = oracle.judge(run)
    if (typeof said === "string") return { oracle: oracle.name, sentence: said }
    if (said !== undefined) return { oracle: oracle.name, ...said }
  }
  return undefined
}

/** Every run comes to an end, waits for nothing but the world, and has no defect. */
const withoutOracles = (ended: Ended): Violation | undefined => {
  if (ended.endless) return { oracle: "Liveness", sentence: "the run does not come to an end" }
  const [stuck] = ended.stuck
  if (stuck !== undefined) {
    return { oracle: "Liveness", sentence: `${stuck} waits for something that nobody in the world does` }
  }
  for (const [client, exit] of ended.answers) {
    const defect = exit === undefined || Exit.isSuccess(exit) ? undefined : exit.cause.reasons.find(Cause.isDieReason)
    if (defect !== undefined) return { oracle: "No defect", sentence: `${client}: ${String(defect.defect)}` }
  }
  return undefined
}
