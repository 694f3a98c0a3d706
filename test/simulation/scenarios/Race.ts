/** What all races have in common: the provider in memory, every fault that objects and D1 may have, one in a run. */
import { Effect, Layer, Schedule } from "effect"
import { MemoryProvider } from "../../../src/layers/test/MemoryProvider.ts"
import { QuietObjects } from "../../../src/layers/test/QuietObjects.ts"
import type { Finished, Oracle, Scenario } from "../../../src/layers/test/Scenario.ts"
import type { Fault } from "../../../src/layers/test/kernel/Fault.ts"
import type { ActionRecord, History, Span } from "../../../src/layers/test/kernel/History.ts"
import { errorOf, succeeded, valueOf } from "../../../src/layers/test/oracles/Answer.ts"
import { withPast, type WithPast } from "../../../src/layers/test/oracles/specs/Past.ts"
import { providerLinearizable } from "../../../src/layers/test/oracles/specs/ProviderSpecification.ts"
import type { Rotation } from "../../../src/domain/RefreshToken.ts"
import { HalfDone } from "../../../src/services/flows/operator/Refusals.ts"
import type { GrantAndUser } from "../../../src/services/storage/AuthorizationCodes.ts"
import { NotExecuted, OutcomeUnknown } from "../../../src/services/storage/StorageError.ts"
import { type Entry, entry } from "../Entry.ts"
import type { Provider } from "../Scene.ts"
import { effectsAreAudited } from "./Audited.ts"

/** All that may befall a call to an object or to D1, and the client that waits for it. */
export const platformFaults: ReadonlyArray<Fault> = [
  "fail before",
  "overload",
  "lost request",
  "lost reply",
  "late execution",
  "commit failure",
  "restart",
  "disconnect",
  "version skew"
]

/** A provider whose counts of tries meet no fault: each of them would multiply the schedules of all that is counted. */
const uncounted = MemoryProvider.pipe(Layer.provide(Layer.succeed(QuietObjects, ["LimiterObject"])))

interface Race<S> extends Omit<Scenario<S, Provider>, "layer"> {
  /** Whether a fault may befall the counting of a try too. */
  readonly counted?: boolean
}

/** A race that is searched to its end: with at most one of all faults, unless it says otherwise. */
export const race = <S extends object>(scenario: Race<S>): Entry => {
  const { clients, counted, oracles, setup, ...rest } = scenario
  return entry<S & WithPast, Provider>(
    {
      layer: counted === true ? MemoryProvider : uncounted,
      faults: platformFaults,
      setup: withPast(setup),
      clients: (scene) => clients(scene),
      // Whatever else holds: each effect has its event, and what was answered has an order that explains it.
      oracles: [...oracles, givesTheNext, effectsAreAudited, providerLinearizable(scenario.skews)],
      ...rest
    },
    "exhaustive"
  )
}

/** A property of any run of a provider. */
export type Rule = Oracle<unknown, Provider>

// ---------------------------------------------------------------------------------------------------------------
// Clients

/** What HTTP tells as 503: nobody knows what was done, or nothing was. */
export const isUnavailable = (error: unknown): boolean =>
  error instanceof NotExecuted || error instanceof OutcomeUnknown || error instanceof HalfDone

/** A client that sends its request again after a 503: a new request each time, as far as the provider can tell. */
export const patient = <A, E, R>(request: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.retry(request, {
    schedule: Schedule.spaced("100 millis").pipe(Schedule.upTo({ times: 5 })),
    while: isUnavailable
  })

/** Goes on whatever came of it: what came of it is in the history. */
export const anyway = <A, E, R>(request: Effect.Effect<A, E, R>): Effect.Effect<void, never, R> =>
  Effect.ignore(request)

// ---------------------------------------------------------------------------------------------------------------
// Reading the history

/** What something was refused with, if it was. */
export const refusalOf = (span: Span): unknown => errorOf(span.result)

/** Actions of this name, all about one thing. */
export const doing =
  (...names: ReadonlyArray<string>) =>
  (action: ActionRecord): string | undefined =>
    names.includes(action.action) ? "it" : undefined

/** Actions of this name whose answer was a yes. */
export const saying =
  (name: string, isYes: (value: never) => boolean) =>
  (action: ActionRecord): string | undefined =>
    action.action === name && succeeded(action) && isYes(valueOf(action) as never) ? "it" : undefined

/** All that a run says by itself. */
export type Told = Pick<Finished<unknown, Provider>, "history">

export const actionsOf = ({ history }: Told, ...names: ReadonlyArray<string>) =>
  history.actions.filter(({ action }) => names.includes(action))

/** Whether somebody did this and was told that it is done. */
export const isAcknowledged = (run: Told, ...names: ReadonlyArray<string>): boolean =>
  actionsOf(run, ...names).some(succeeded)

export const operationsOf = ({ history }: Told, ...names: ReadonlyArray<string>) =>
  history.operations.filter(({ call }) => names.includes(call.operation))

/**
 * A refresh token gives the one that comes after it, the first time and again, or itself where it is kept: never one
 * that is further on.
 */
const givesTheNext: Rule = {
  name: "Family",
  judge: (run) => {
    const further = operationsOf(run, "RefreshToken.rotate").find((operation) => {
      const [{ generation, keeps }] = operation.call.request as readonly [Rotation]
      const next = keeps === true ? generation : generation + 1
      return succeeded(operation) && (valueOf(operation) as GrantAndUser).grant.generation !== next
    })
    return further === undefined
      ? undefined
      : `${further.client} was given another token than the presented one's successor`
  }
}

/**
 * The same oracle over operations too, each as an action with the operation's name: a flow begins with reads of things
 * that nobody revokes, so an order between flows says less than one between the operations that decide.
 */
export const overOperations = <S, R>(oracle: Oracle<S, R>): Oracle<S, R> => ({
  name: oracle.name,
  judge: (run) => oracle.judge({ ...run, history: { ...run.history, actions: withOperations(run.history) } })
})

const withOperations = ({ actions, operations }: History): ReadonlyArray<ActionRecord> => [
  ...actions,
  ...operations.map((operation) => ({ ...operation, action: operation.call.operation }))
]
