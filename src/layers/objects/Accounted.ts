/**
 * No answer of an object is given before the security events of its transaction are in the log.
 * docs/decisions/0028-audit.md.
 *
 * They are in the object's outbox as well, so nothing is lost where the log cannot be reached: then the answer is that
 * nobody knows, and whoever asks the same again (`retried`) is told of the same events again.
 */
import { Context, Effect } from "effect"
import type { AuditEvent } from "../../domain/AuditEvent.ts"
import { AuditLog } from "../../services/storage/AuditLog.ts"
import type { Strong } from "../../services/storage/Consistency.ts"
import { OutcomeUnknown, type StorageError } from "../../services/storage/StorageError.ts"

/** Writes events into the log. */
export type Account = (events: ReadonlyArray<AuditEvent>) => Effect.Effect<void, StorageError>

/** The log, for callers of objects, which are part of no operation of it. */
export const account: Effect.Effect<Account, never, Strong<"AuditLog.append">> = Effect.contextWith(
  (built: Context.Context<Strong<"AuditLog.append">>) =>
    Effect.succeed((events) =>
      // What the caller's fiber carries (spans, meters, clocks) wins over what stood around when this was built.
      Effect.updateContext(AuditLog.append(events), (caller: Context.Context<never>) => Context.merge(built, caller))
    )
)

/** The answer of a step, once what it said of security is in the log. */
export const accounted = <A, E>(
  step: string,
  write: Account,
  events: ReadonlyArray<AuditEvent>,
  answer: Effect.Effect<A, E>
): Effect.Effect<A, E | OutcomeUnknown> =>
  events.length === 0
    ? answer
    : write(events).pipe(
        Effect.mapError(
          ({ detail }) =>
            new OutcomeUnknown({ operation: step, detail: `a security event is not in the log: ${detail}` })
        ),
        Effect.andThen(answer)
      )
