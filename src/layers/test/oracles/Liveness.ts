/** Liveness: when faults stop, whoever goes on trying comes to an end, and storage returns to its bound. */
import { Cause, type Effect, Exit } from "effect"
import type { Oracle } from "../Scenario.ts"
import { describe } from "../kernel/Describe.ts"
import { errorOf, isStorageError } from "./Answer.ts"
import { type Of, said } from "./Of.ts"
import { momentOf, unanswered } from "./Sentence.ts"

export interface LivenessSpec<R> {
  /** Whether an action came to what it was for; absent: every client's program, by not ending in a storage error. */
  readonly finishes?: Of<boolean>
  /** How many rows there are once the world has come to rest, and how many there may be. */
  readonly rows?: { readonly count: Effect.Effect<number, unknown, R>; readonly most: number }
}

/**
 * Every client's program ended, and not in an error of storage; and there are not more rows than there may be.
 *
 * A run that never ends, or a client that waits for ever, is found by the run itself. A client that hung up has not
 * gone on trying, and may end as it likes. An honest refusal is an end.
 */
export const liveness = <R = never>({ finishes, rows }: LivenessSpec<R> = {}): Oracle<unknown, R> => ({
  name: "Liveness",
  judge: (run) => {
    if (finishes === undefined) {
      for (const [client, exit] of run.answers) {
        if (exit === undefined || Exit.isSuccess(exit) || Cause.hasInterruptsOnly(exit.cause)) continue
        if (isStorageError(errorOf(exit))) return `${client} never finished: its last answer was ${describe(exit)}`
      }
    } else {
      const unfinished = said(run.history.actions, finishes).find(({ value }) => !value)?.action
      if (unfinished !== undefined) {
        const came = unfinished.result === undefined ? "nothing" : describe(unfinished.result)
        return `${unfinished.client}'s ${unfinished.action} came to ${came} (moment ${momentOf(unfinished)})`
      }
    }
    if (rows === undefined) return undefined
    const counted = run.ask(rows.count)
    if (Exit.isFailure(counted)) return unanswered("how many rows there are", counted)
    return counted.value > rows.most ? `${counted.value} rows are left, where ${rows.most} may be` : undefined
  }
})
