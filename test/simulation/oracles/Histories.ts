/** Histories by hand: who did what from which moment to which, and what came of it. */
import { Effect, Exit } from "effect"
import type { Call } from "../../../src/services/storage/Consistency.ts"
import { NotExecuted, OutcomeUnknown } from "../../../src/services/storage/StorageError.ts"
import type { ActionRecord, History, OperationRecord, Span } from "../../../src/layers/test/kernel/History.ts"
import type { Finished } from "../../../src/layers/test/Scenario.ts"

/** When it was: `began`, `executed`, `ended` as moments, a time where it matters. */
export interface When {
  readonly began?: number
  /** Null for what was never executed anywhere. */
  readonly executed?: number | null
  readonly ended?: number
  readonly executedAt?: number
  readonly endedAt?: number
}

/** Null for whoever heard nothing. */
export type Outcome = Exit.Exit<unknown, unknown> | null

export const unknown = Exit.fail(new OutcomeUnknown({ operation: "any", detail: "" }))
export const notExecuted = Exit.fail(new NotExecuted({ operation: "any", reason: "overloaded", detail: "" }))
/** Whoever hung up has heard nothing. */
export const hungUp = null
export const interrupted = Exit.interrupt(1)

const spanOf = (client: string, when: When, result: Outcome): Span => {
  const executed = when.executed === undefined ? (when.began ?? when.ended ?? 0) : (when.executed ?? undefined)
  const executedAt = executed === undefined ? undefined : (when.executedAt ?? executed * 10)
  return {
    client,
    began: when.began ?? executed ?? 0,
    executed,
    lastExecuted: executed,
    executedAt,
    ended: when.ended ?? executed,
    endedAt: when.endedAt ?? (when.ended ?? executed ?? 0) * 10,
    result: result ?? undefined
  }
}

/** Something that a client did. */
export const did = (client: string, action: string, when: When, result: Outcome = Exit.void): ActionRecord => ({
  ...spanOf(client, when, result),
  action
})

/** A Strong operation that a client asked for. */
export const asked = (
  client: string,
  operation: string,
  request: ReadonlyArray<unknown>,
  when: When,
  result: Outcome = Exit.void
): OperationRecord => ({ ...spanOf(client, when, result), call: callOf(operation, request) })

export const callOf = (operation: string, request: ReadonlyArray<unknown>): Call => ({
  operation,
  level: "Strong",
  kind: "write",
  repeat: "idempotent",
  request
})

/** A run that has ended with this history. */
export const finished = (
  history: Partial<History>,
  rest: Partial<Finished<unknown, never>> = {}
): Finished<unknown, never> => ({
  scene: undefined,
  history: { operations: [], actions: [], moments: [], ...history },
  answers: new Map(),
  faults: [],
  ask: (question) => Effect.runSyncExit(question),
  restart: () => {},
  advance: () => {},
  ...rest
})

/** A run of which only its actions are of interest. */
export const ofActions = (...actions: ReadonlyArray<ActionRecord>): Finished<unknown, never> => finished({ actions })

/** The rest of the name of an action that begins with this: `use A` uses A. */
export const after =
  (beginning: string) =>
  ({ action }: ActionRecord): string | undefined =>
    action.startsWith(`${beginning} `) ? action.slice(beginning.length + 1) : undefined
