/** A bill as people read it. */
import { table } from "../Output.ts"
import type { CountedFlows, FlowName } from "./Counted.ts"
import { type Bill, wantedPerMillionLogins } from "./Model.ts"
import { d1Bytes } from "./Estimates.ts"

const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 })
const cents = new Intl.NumberFormat("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 })
const gigabytes = (bytes: number): string => `${cents.format(bytes / 1e9)} GB`

const names: Readonly<Record<keyof Bill["dollars"], string>> = {
  workerRequests: "requests to the Worker",
  cpuMilliseconds: "CPU, milliseconds (estimated)",
  objectRequests: "calls and alarms of objects",
  objectSeconds: "seconds of objects in memory, at most",
  rowsWritten: "rows written and deleted",
  rowsRead: "rows read",
  kvReads: "KV reads",
  kvWrites: "KV writes",
  queueOperations: "queue operations",
  r2ClassA: "R2 writes",
  storage: "storage",
  plan: "Workers Paid"
}

/** All of it, as text. */
export const billText = (counted: CountedFlows, bill: Bill): string =>
  [
    `${whole.format(bill.usage.users)} users a month`,
    flowTable(counted, bill),
    operationTable(bill),
    `Together ${cents.format(bill.total)} USD a month. What the plan includes is not taken off.`,
    loginLine(bill),
    shardLines(bill),
    storageLines(bill),
    "Operations are counted by tests on workerd (src/cli/cost/counted.json); CPU and bytes are estimates."
  ].join("\n\n")

const flowTable = (counted: CountedFlows, { perMillionRuns, runs }: Bill): string =>
  table(
    ["FLOW", "RUNS", "REQUESTS", "OBJECT CALLS", "ALARMS", "ROWS WRITTEN", "ROWS READ", "QUEUE", "USD/MILLION"],
    (Object.entries(runs) as ReadonlyArray<readonly [FlowName, number]>).map(([name, amount]) => {
      const { alarms, objectCalls, queueMessages, requests, rowsRead, rowsWritten } = counted[name]
      const each = [requests, objectCalls, alarms, rowsWritten, rowsRead, queueMessages].map(String)
      return [name, whole.format(amount), ...each, cents.format(perMillionRuns[name])]
    })
  )

const operationTable = ({ dollars, operations }: Bill): string =>
  table(
    ["OPERATIONS A MONTH", "AMOUNT", "USD"],
    Object.entries(names).map(([name, text]) => [
      text,
      name in operations ? whole.format(operations[name as keyof typeof operations]) : "",
      cents.format(dollars[name as keyof typeof dollars])
    ])
  )

const loginLine = ({ perMillionLogins }: Bill): string => {
  const isWithin = perMillionLogins <= wantedPerMillionLogins
  const verdict = isWithin ? "which is within the design's" : "which is more than the design's"
  const amount = `${cents.format(perMillionLogins)} USD`
  return (
    `A million logins, each with its code and userinfo: ${amount}, ${verdict} ${wantedPerMillionLogins} USD.` +
    (isWithin ? "" : " Most of it is rows: each is written, told to the audit, and deleted again.")
  )
}

const shardLines = ({ shards }: Bill): string =>
  `Shards at least: ACCOUNT_SHARDS = "${shards.account}", TICKET_SHARDS = "${shards.ticket}", ` +
  `LIMITER_SHARDS = "${shards.limiter}" (grow by a new generation, never by changing a number)`

const storageLines = ({ storage, usage }: Bill): string => {
  const { archiveAYear, auditDaysAtMost, d1, objects } = storage
  const room =
    d1 <= d1Bytes.alert
      ? "D1 has room for that."
      : `D1 takes ${gigabytes(d1Bytes.most)}, and alerts at ${gigabytes(d1Bytes.alert)}: ` +
        (auditDaysAtMost >= 1
          ? `set retention.auditDays to ${auditDaysAtMost} at most.`
          : "not even one day of these events has room beside the directory.")
  return [
    `Storage: objects ${gigabytes(objects)}, archive ${gigabytes(archiveAYear)} a year,`,
    `D1 ${gigabytes(d1)} with audit events of ${usage.auditDays} days. ${room}`
  ].join(" ")
}
