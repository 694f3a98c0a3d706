/**
 * Asking a storage operation again: composed once, here, and never at the place of use.
 *
 * `retried` repeats after NotExecuted and after OutcomeUnknown, and type-checks only for an operation whose
 * declaration says that its repetition is harmless. `retriedIfNotExecuted` is for all the others.
 */
import { Effect, Metric, Schedule } from "effect"
import { type AnyCall, type AnyOperation, CurrentTry, type Level, type Operation, type Repeat } from "./Consistency.ts"
import { givenUp } from "./Measured.ts"
import { NotExecuted, OutcomeUnknown } from "./StorageError.ts"

/** First delay 25 ms, doubling, at most 1 s, jittered to 80-120 %, at most 3 repetitions. */
export const backoff = Schedule.min([Schedule.exponential("25 millis"), Schedule.spaced("1 seconds")]).pipe(
  Schedule.jittered,
  Schedule.upTo({ times: 3 })
)

/** An overloaded backend is never asked again at once, and a newer schema does not become older by asking. */
const mayAskAgain = (error: unknown): boolean => error instanceof NotExecuted && error.reason === "unavailable"

type Unrepeatable = "it may not be asked again, because it is neither idempotent nor carries an attempt id"

/** What `retried` says to an operation that may not be repeated. */
export type Retryable<O> =
  O extends Operation<infer Name, infer _L, infer _F, infer Rep>
    ? [Rep] extends ["idempotent" | "attempt"]
      ? O
      : `"${Name}" may have been executed: ${Unrepeatable}`
    : never

/**
 * The operation, asked again after a failure that it declares harmless to repeat.
 *
 * It fails with NotExecuted only if no try may have been executed: that the last one was not says nothing about one
 * before it whose outcome is unknown.
 */
export const retried =
  <Name extends string, L extends Level, F extends AnyCall, Rep extends Repeat>(
    operation: Operation<Name, L, F, Rep> & Retryable<Operation<Name, L, F, Rep>>
  ) =>
  (...args: Parameters<F>): ReturnType<Operation<Name, L, F, Rep>> =>
    Effect.suspend(() => {
      let unknown: OutcomeUnknown | undefined
      const mayRepeat = (error: unknown): boolean => {
        if (error instanceof OutcomeUnknown) unknown = error
        return error instanceof OutcomeUnknown || mayAskAgain(error)
      }
      return Effect.retry(counted(operation, args), { schedule: backoff, while: mayRepeat }).pipe(
        Effect.mapError((error: unknown) => (error instanceof NotExecuted && unknown !== undefined ? unknown : error)),
        Effect.tapError((error) => noteGivenUp(operation, error))
      )
    }) as ReturnType<Operation<Name, L, F, Rep>>

/** The operation, asked again only when storage says that it did nothing. */
export const retriedIfNotExecuted =
  <Name extends string, L extends Level, F extends AnyCall, Rep extends Repeat>(
    operation: Operation<Name, L, F, Rep>
  ) =>
  (...args: Parameters<F>): ReturnType<Operation<Name, L, F, Rep>> =>
    Effect.suspend(() =>
      Effect.retry(counted(operation, args), { schedule: backoff, while: mayAskAgain }).pipe(
        Effect.tapError((error) => noteGivenUp(operation, error))
      )
    ) as ReturnType<Operation<Name, L, F, Rep>>

/** The operation, which knows the how manieth time it is asked. */
const counted = (operation: AnyOperation, args: ReadonlyArray<unknown>) => {
  let tries = 0
  return Effect.suspend(() => {
    tries += 1
    return Effect.provideService(operation(...args), CurrentTry, tries)
  })
}

/** A write that storage did not take is what somebody has to look at; a read is asked for again by whoever wants it. */
const noteGivenUp = ({ declaration, operation }: AnyOperation, error: unknown): Effect.Effect<void> =>
  declaration.kind !== "read" && (error instanceof NotExecuted || error instanceof OutcomeUnknown)
    ? Metric.update(Metric.withAttributes(givenUp, { operation }), 1)
    : Effect.void
