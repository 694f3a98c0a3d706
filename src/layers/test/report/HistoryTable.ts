/** The history of a run as a table: one column a client, one row a moment, the offending ones pointed at. */
import { describe } from "../kernel/Describe.ts"
import type { History, Moment } from "../kernel/History.ts"
import { type Row, tableLines } from "./TextTable.ts"

/** What a table is made of. */
export interface Told {
  readonly clients: ReadonlyArray<string>
  readonly history: History
  /** The numbers of the steps that are pointed at. */
  readonly offending: ReadonlySet<number>
}

const width = 120
const platform = "platform"

/** The lines of the table. */
export const historyLines = ({ clients, history, offending }: Told): ReadonlyArray<string> => {
  const hasPlatform = history.moments.some(({ who }) => !clients.includes(who))
  const columns = hasPlatform ? [...clients, platform] : clients
  const rows = history.moments.flatMap((moment): ReadonlyArray<Row> => {
    const isClient = clients.includes(moment.who)
    const saying = (text: string) => columns.map((name) => (name === (isClient ? moment.who : platform) ? text : ""))
    const prefix = isClient || moment.what === "happens" ? "" : `${moment.who}: `
    const isPointedAt = offending.has(moment.step) && (moment.place !== undefined || moment.fault !== undefined)
    const rest = [String(moment.step), timeOf(moment.time)]
    const mark = isPointedAt ? "→ " : "  "
    const where = moment.place ?? ""
    return [
      { mark, cells: [...rest, ...saying(prefix + wordsOf(moment, history)), where] },
      ...answersWith(moment, history).map((answer) => ({ mark: "  ", cells: [...rest, ...saying(answer)] }))
    ]
  })
  return tableLines(["step", "time", ...columns, "where"], rows, { rigid: new Set([0, 1]), width })
}

/** The words of the table; a program that ends with the answer of an action says of which. */
export const wordsOf = (moment: Moment, history: History): string => {
  if (moment.what !== "ends") return textOf(moment)
  const [last] = endedWith(moment, history).filter(({ result }) => describe(result) === moment.outcome)
  return last === undefined ? textOf(moment) : `${last.action} ends: ${moment.outcome}`
}

/** What a client's actions came to with a moment of it, but for the last one, with which its program ends. */
export const answersWith = (moment: Moment, history: History): ReadonlyArray<string> => {
  if (moment.what === "starts" || moment.what === "ends") return []
  const { step, who } = moment
  const end = history.moments.find((other) => other.who === who && other.step === step && other.what === "ends")
  return endedWith(moment, history)
    .map(({ action, result }) => ({ action, outcome: describe(result) }))
    .filter(({ outcome }) => outcome !== end?.outcome)
    .map(({ action, outcome }) => `${action} ends: ${outcome}`)
}

const endedWith = ({ step, who }: Moment, { actions }: History) =>
  actions.flatMap(({ action, client, ended, result }) =>
    client === who && ended === step && result !== undefined ? [{ action, result }] : []
  )

/** What happened, in the words of the table. */
export const textOf = ({ fault, operation, outcome, what, who }: Moment): string => {
  const struck = fault === undefined ? "" : `✗ ${fault}: `
  switch (what) {
    case "starts":
      return "starts"
    case "hangs up":
      return `${struck}hangs up`
    case "ends":
      return `ends: ${outcome}`
    case "wakes":
      return `wakes ${operation}`
    case "happens":
      return `${struck}${who}: ${operation}`
    case "arrives late":
      return `arrives late: ${operation} → ${outcome}`
    case "hears":
      return `${struck}hears ${operation} → ${outcome}`
    case "executes":
    case "executes and hears":
      return `${struck}${operation} → ${outcome}`
  }
}

/** A time since the beginning, for people: 250 ms, 1.5 s, 10 min 1 s. */
export const timeOf = (milliseconds: number): string => {
  if (milliseconds < 1_000) return `${milliseconds} ms`
  const minutes = Math.floor(milliseconds / 60_000)
  const seconds = (milliseconds % 60_000) / 1_000
  const parts = [...hoursOf(minutes), ...(seconds === 0 ? [] : [`${seconds} s`])]
  return parts.join(" ")
}

const hoursOf = (minutes: number): ReadonlyArray<string> => {
  const days = Math.floor(minutes / 1_440)
  const hours = Math.floor((minutes % 1_440) / 60)
  const rest = minutes % 60
  const parts = [
    [days, "d"],
    [hours, "h"],
    [rest, "min"]
  ] as const
  return parts.flatMap(([count, unit]) => (count === 0 ? [] : [`${count} ${unit}`]))
}
