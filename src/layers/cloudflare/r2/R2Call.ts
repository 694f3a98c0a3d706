/**
 * Calls of R2, counted, and what is known when one fails. R2 promises that a read or a list sees every finished write,
 * and that a put under a condition is made only if it holds.
 */
import { Effect } from "effect"
import { count } from "../../../services/ports/Cost.ts"
import { NotExecuted, OutcomeUnknown } from "../../../services/storage/StorageError.ts"

const detailOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause))

/** Changes nothing, so one that failed was not executed. */
export const readR2 = <A>(operation: string, run: () => Promise<A>) =>
  Effect.tryPromise({
    try: run,
    catch: (cause) => new NotExecuted({ operation, reason: "unavailable", detail: detailOf(cause) })
  }).pipe(Effect.tap(() => count({ r2Reads: 1 })))

/** One that failed may have been executed all the same. */
export const writeR2 = <A>(operation: string, run: () => Promise<A>) =>
  Effect.tryPromise({
    try: run,
    catch: (cause) => new OutcomeUnknown({ operation, detail: detailOf(cause) })
  }).pipe(Effect.tap(() => count({ r2Writes: 1 })))
