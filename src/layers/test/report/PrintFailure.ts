/**
 * A schedule as a text for people, which ends with the command line that replays it.
 *
 * Nothing in it depends on the host: it is committed next to what it is about, and compared.
 */
import type { Ended } from "../kernel/Plan.ts"
import type { Failure, Violation } from "../Simulate.ts"
import { historyLines } from "./HistoryTable.ts"
import { offendingOf } from "./Offending.ts"
import { commandOf, type Schedule } from "./Schedule.ts"
import { wrap } from "./TextTable.ts"

/** A run as it is shown: what was searched for it need not be known. */
export interface Shown extends Schedule {
  readonly violation: Violation | undefined
  /** How many schedules had been run when it was found. */
  readonly found?: number
  readonly ended: Ended
}

const width = 120

/** The property that is broken, the schedule, its history, and how to have it again. */
export const printFailure = (failure: Failure): string => printRun(failure)

/** The same of any run, whether it breaks something or not. */
export const printRun = (shown: Shown): string => {
  const { choices, ended, found, scenario, seed, without = [] } = shown
  const facts = [
    ["scenario", scenario],
    ...(without.length === 0 ? [] : [["without", without.join(", ")]]),
    ...(seed === undefined ? [] : [["seed", seed]]),
    ...(found === undefined ? [] : [["schedules", `${found} until it was found`]]),
    ["choices", choices.join(", ") || "none"]
  ]
  return [
    ...verdict(shown.violation),
    "",
    ...facts.flatMap(([name = "", value = ""]) =>
      wrap(value, width - 12).map((line, index) => `${(index === 0 ? name : "").padEnd(12)}${line}`.trimEnd())
    ),
    "",
    ...historyLines({
      clients: [...ended.answers.keys()],
      history: ended.recorder,
      offending: shown.violation === undefined ? new Set() : offendingOf(ended.recorder.moments, shown.violation)
    }),
    "",
    commandOf(shown),
    ""
  ].join("\n")
}

const verdict = (violation: Violation | undefined): ReadonlyArray<string> =>
  violation === undefined
    ? ["No property is broken."]
    : [`${violation.oracle} is broken:`, ...wrap(violation.sentence, width - 2).map((line) => `  ${line}`)]
