/** What of the Worker's log a person sees at the terminal: problems, unless everything is asked for. */
import type { LogLine } from "./LocalStore.ts"

/** Prints a line to standard error if it tells of a problem, or if `level` is debug. */
export const printLog =
  (level: string | undefined) =>
  (line: LogLine): void => {
    if (level === "debug" || isProblem(line)) console.error(line.message)
  }

/** The Worker logs in JSON, by one function of the console whatever the level. */
const isProblem = ({ level, message }: LogLine): boolean =>
  level === "error" || level === "warn" || /"level":"(WARN|ERROR|FATAL)"/i.test(message)
