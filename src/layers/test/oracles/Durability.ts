/** Durability: what was acknowledged is there, and is still there after everything began anew. */
import { type Effect, Exit } from "effect"
import type { Finished, Oracle } from "../Scenario.ts"
import { unanswered } from "./Sentence.ts"

/** Something that was acknowledged, and the question whether it is so. */
export interface Kept<R> {
  /** For people: "the session of first". */
  readonly what: string
  readonly question: Effect.Effect<boolean, unknown, R>
}

export interface DurabilitySpec<S, R> {
  /** What was acknowledged in a run: only what a client was told, never what has an unknown outcome. */
  readonly kept: (run: Finished<S, R>) => Iterable<Kept<R>>
}

/**
 * Acknowledged writes are there when the run has ended, and after every part of the platform began anew.
 *
 * Evidence is what `kept` says was acknowledged. A question that fails is no answer: nothing is kept of which
 * nobody can say that it is there.
 */
export const durability = <S, R>({ kept }: DurabilitySpec<S, R>): Oracle<S, R> => ({
  name: "Durability",
  judge: (run) => {
    const all = [...kept(run)]
    if (all.length === 0) return undefined
    const gone = missing(run, all, "is not there")
    if (gone !== undefined) return gone
    run.restart()
    return missing(run, all, "is gone after a restart")
  }
})

const missing = <S, R>(run: Finished<S, R>, all: ReadonlyArray<Kept<R>>, how: string): string | undefined => {
  for (const { question, what } of all) {
    const answer = run.ask(question)
    if (Exit.isFailure(answer)) return unanswered(`whether ${what}, which was acknowledged, is there`, answer)
    if (!answer.value) return `${what} was acknowledged, and ${how}`
  }
  return undefined
}
