/** Linearizable: what clients heard of each key is what they would have heard one after the other, in some order. */
import { Exit } from "effect"
import type { Call } from "../../../services/storage/Consistency.ts"
import { NotExecuted } from "../../../services/storage/StorageError.ts"
import { describe } from "../kernel/Describe.ts"
import type { OperationRecord } from "../kernel/History.ts"
import type { Oracle } from "../Scenario.ts"
import { errorOf, isDefect, isUnknown } from "./Answer.ts"
import { type Interval, Linearization, type Specification } from "./Linearization.ts"
import { all, cut, momentOf } from "./Sentence.ts"

/** What an operation asks for, of which key: operations of different keys have nothing to do with one another. */
export interface Asked<Request> {
  readonly key: string
  readonly request: Request
}

export interface LinearizableSpec<S, State, Request> {
  /** What the operations do if they come one after the other. */
  readonly spec: Specification<State, Request> | ((scene: S) => Specification<State, Request>)
  /** What a call asks for; undefined for one that is not judged. The same call always asks for the same. */
  readonly of: (call: Call) => Asked<Request> | undefined
  /** By how much the clock of whoever executes may go wrong (milliseconds): one of these, the same for all of a key. */
  readonly skews?: ReadonlyArray<number>
}

/**
 * Every history of Strong operations, key by key, has an order that explains all answers: each operation takes effect
 * at one moment between its first execution and its end.
 *
 * An operation with an unknown outcome may take effect at any time after it began, or never, and its answer proves
 * nothing. One that was not executed took no effect. One that ended in a defect may have taken effect, and is judged
 * elsewhere. Eventual operations are not judged here: they promise less.
 */
export const linearizable = <State, Request, S = unknown>({
  of,
  skews = [0],
  spec
}: LinearizableSpec<S, State, Request>): Oracle<S, never> => {
  const asked = new WeakMap<Call, { readonly of: Asked<Request> | undefined }>()
  const askedOf = (call: Call): Asked<Request> | undefined => {
    const known = asked.get(call)
    if (known !== undefined) return known.of
    const made = { of: call.level === "Strong" ? of(call) : undefined }
    asked.set(call, made)
    return made.of
  }
  let scene: S | undefined
  let graphs: Map<string, Linearization<State, Request>> | undefined
  return {
    name: "Linearizable",
    judge: (run) => {
      if (graphs === undefined || scene !== run.scene) {
        scene = run.scene
        graphs = new Map()
      }
      for (const [key, records] of grouped(run.history.operations, askedOf)) {
        const graph = graphs.get(key) ?? new Linearization(typeof spec === "function" ? spec(run.scene) : spec, key)
        graphs.set(key, graph)
        const isExplained = (some: ReadonlyArray<Judged<Request>>) =>
          skews.some((skew) => graph.explains(some.map((judged) => intervalOf(judged, skew))))
        if (!isExplained(records)) return sentenceOf(key, firstUnexplained(records, isExplained))
      }
      return undefined
    }
  }
}

/** An operation and what it asked for; `heard` is false if its answer is to be taken as not heard yet. */
interface Judged<Request> {
  readonly record: OperationRecord
  readonly request: Request
  readonly heard: boolean
}

const grouped = <Request>(
  operations: ReadonlyArray<OperationRecord>,
  askedOf: (call: Call) => Asked<Request> | undefined
): ReadonlyMap<string, ReadonlyArray<Judged<Request>>> => {
  const groups = new Map<string, Array<Judged<Request>>>()
  for (const record of operations) {
    const asked = askedOf(record.call)
    if (asked === undefined || errorOf(record.result) instanceof NotExecuted) continue
    const judged = { record, request: asked.request, heard: !isUnknown(record) && !isDefect(record) }
    const others = groups.get(asked.key)
    if (others === undefined) groups.set(asked.key, [judged])
    else others.push(judged)
  }
  return groups
}

const intervalOf = <Request>({ heard, record, request }: Judged<Request>, skew: number): Interval<Request> => ({
  request,
  origin: record.call,
  began: record.executed ?? record.began,
  ended: heard ? record.ended : undefined,
  answer: heard ? record.result : undefined,
  now: (record.executedAt ?? record.endedAt ?? 0) + skew,
  // What nobody heard of and nobody executed most likely never happened.
  likely: record.executed ?? (heard ? record.began : Number.POSITIVE_INFINITY)
})

/** The shortest beginning of a history that no order explains: up to the answer that is one too many. */
const firstUnexplained = <Request>(
  records: ReadonlyArray<Judged<Request>>,
  isExplained: (some: ReadonlyArray<Judged<Request>>) => boolean
): ReadonlyArray<Judged<Request>> => {
  const ends = records.flatMap(({ heard, record: { ended } }) => (heard && ended !== undefined ? [ended] : []))
  for (const end of ends.sort((a, b) => a - b)) {
    const beginning = records
      .filter(({ record }) => (record.executed ?? record.began) <= end)
      .map((judged) => ({ ...judged, heard: judged.heard && (judged.record.ended ?? end) <= end }))
    if (!isExplained(beginning)) return beginning
  }
  return records
}

/** Keys name a kind of thing before the thing itself. */
const longestKey = 24

const sentenceOf = <Request>(key: string, records: ReadonlyArray<Judged<Request>>): string => {
  const told = records.map(({ heard, record }) => {
    const answer = heard && record.result !== undefined ? describe(record.result) : "unknown"
    return `${record.client} ${record.call.operation} = ${answer} (moment ${momentOf(record)})`
  })
  return `no order of what was asked of ${cut(key, longestKey)} explains the answers: ${all(told)}`
}

/** Whether two answers say the same, by a view of what is said: an error by its name and reason. */
export const agreesBy =
  (view: (value: unknown) => unknown) =>
  (expected: Exit.Exit<unknown, unknown>, actual: Exit.Exit<unknown, unknown>): boolean => {
    if (Exit.isSuccess(expected)) return Exit.isSuccess(actual) && isSame(view(expected.value), view(actual.value))
    return Exit.isFailure(actual) && isSame(view(errorOf(expected)), view(errorOf(actual)))
  }

const isSame = (a: unknown, b: unknown): boolean => a === b || JSON.stringify(a) === JSON.stringify(b)
