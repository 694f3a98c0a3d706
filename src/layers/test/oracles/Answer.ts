/** Reading answers: what an action or an operation ended with, as oracles ask for it. */
import { Cause, Exit } from "effect"
import { NotExecuted, OutcomeUnknown, type StorageError } from "../../../services/storage/StorageError.ts"
import type { Span } from "../kernel/History.ts"

type Answered = Pick<Span, "result">

/** Whether whoever did it heard that it was done. */
export const succeeded = ({ result }: Answered): boolean => result !== undefined && Exit.isSuccess(result)

/** What it gave; undefined if it failed, goes on, or was given up. */
export const valueOf = ({ result }: Answered): unknown =>
  result !== undefined && Exit.isSuccess(result) ? result.value : undefined

/** The error that something ended with; undefined for a success, a defect, or an end that nobody waited for. */
export const errorOf = (exit: Exit.Exit<unknown, unknown> | undefined): unknown =>
  exit === undefined || Exit.isSuccess(exit) ? undefined : exit.cause.reasons.find(Cause.isFailReason)?.error

/** Whether an error is storage's own. */
export const isStorageError = (error: unknown): error is StorageError =>
  error instanceof NotExecuted || error instanceof OutcomeUnknown

/** Whether nobody knows if it was done: it goes on, its caller is gone, or storage said so. */
export const isUnknown = ({ result }: Answered): boolean =>
  result === undefined ||
  errorOf(result) instanceof OutcomeUnknown ||
  (Exit.isFailure(result) && Cause.hasInterruptsOnly(result.cause))

/** Whether it ended in a defect, which no property but its own has to say anything about. */
export const isDefect = ({ result }: Answered): boolean =>
  result !== undefined && Exit.isFailure(result) && Cause.hasDies(result.cause)
