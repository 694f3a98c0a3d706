/**
 * Whether a schedule run again is the same: if it is not, something carries state from one run into the next.
 *
 * The world takes back what stands in `Cells`. What a layer keeps elsewhere (a `Set` in a closure) nobody takes back,
 * and whatever was found after that would be about a state that no provider was ever in.
 */
import { Exit } from "effect"
import { describe } from "./Describe.ts"
import type { Span } from "./History.ts"
import type { Violation } from "./Judge.ts"
import type { Ended } from "./Plan.ts"

/** Every so often a schedule is run twice: the first, the second, the fourth, and so on. */
export const isRunTwice = (schedules: number): boolean => (schedules & (schedules - 1)) === 0

/** What is wrong if a schedule did not do the same twice. */
export const sameTwice = (first: Ended, second: Ended, rebuilds: boolean): Violation | undefined =>
  traceOf(first) === traceOf(second) ? undefined : { oracle: "Same twice", sentence: rebuilds ? kept : leaked }

const leaked =
  "a schedule that was run twice did not do the same the second time: a layer keeps state outside of the world: use " +
  "Cells, or make the state where the layer is built and say rebuilds: true"

const kept =
  "a schedule that was run twice did not do the same the second time, though the layer was built anew: the state is " +
  "kept outside of the layer: make it where the layer is built, or use Cells"

const traceOf = ({ answers, choices, recorder }: Ended): string =>
  [
    choices.join(),
    ...recorder.operations.map((operation) => `${operation.call.operation} ${spanOf(operation)}`),
    ...recorder.actions.map((action) => `${action.action} ${spanOf(action)}`),
    ...[...answers].map(([client, exit]) => `${client} ${textOf(exit)}`)
  ].join("\n")

const spanOf = ({ began, client, ended, executed, result }: Span): string =>
  `${client} ${began} ${executed} ${ended} ${textOf(result)}`

/** Its data, as far as a text can say it: two secrets look alike, and two that differ are rarely all that differs. */
const textOf = (exit: Exit.Exit<unknown, unknown> | undefined): string => {
  if (exit === undefined) return "-"
  const [reason] = Exit.isSuccess(exit) ? [] : exit.cause.reasons
  const value = Exit.isSuccess(exit) ? exit.value : reason?._tag === "Fail" ? reason.error : undefined
  try {
    return `${describe(exit)} ${JSON.stringify(value, (_key, one) => (typeof one === "bigint" ? String(one) : one))}`
  } catch {
    return describe(exit)
  }
}
