/**
 * A failure as a text for people, which ends with the command line that replays it.
 *
 * Nothing in it depends on the host: it is committed next to what it is about, and compared.
 */
import type { Failure } from "../Simulate.ts"
import { historyLines } from "./HistoryTable.ts"
import { offendingOf } from "./Offending.ts"
import { commandOf } from "./Schedule.ts"
import { wrap } from "./TextTable.ts"

const width = 120

/** The property, the schedule, its history, and how to have it again. */
export const printFailure = (failure: Failure): string => {
  const { choices, ended, found, scenario, seed, violation } = failure
  const moments = ended.recorder.moments
  const head = [
    ["scenario", scenario],
    ...(seed === undefined ? [] : [["seed", seed]]),
    ["schedules", `${found} until it was found`],
    ["choices", choices.join(", ") || "none"]
  ]
  return [
    `${violation.oracle} is broken:`,
    ...wrap(violation.sentence, width - 2).map((line) => `  ${line}`),
    "",
    ...head.flatMap(([name = "", value = ""]) =>
      wrap(value, width - 12).map((line, index) => `${(index === 0 ? name : "").padEnd(12)}${line}`.trimEnd())
    ),
    "",
    ...historyLines({
      clients: [...ended.answers.keys()],
      history: ended.recorder,
      offending: offendingOf(moments, violation.moments)
    }),
    "",
    commandOf({ scenario, seed, choices }),
    ""
  ].join("\n")
}
