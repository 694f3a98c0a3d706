/** The one file of what flows cost, as it was counted: written anew by `BUDGETS=write`, and held by every run. */
import { readFileSync, writeFileSync } from "node:fs"
import { expect } from "vitest"
import type { CountedFlow, FlowName } from "../../src/cli/cost/Counted.ts"
import type { RequestLog } from "../workerd/Provider.ts"

const file = new URL("../../src/cli/cost/counted.json", import.meta.url)

const number = (log: RequestLog, name: string): number => log.cost?.[name] ?? 0

/** All that requests spent, and the alarms and deliveries that they caused. */
export const totalOf = (logs: ReadonlyArray<RequestLog>): CountedFlow => {
  const sum = (of: (log: RequestLog) => number) => logs.reduce((total, log) => total + of(log), 0)
  return {
    requests: sum(({ event }) => (event === "request" ? 1 : 0)),
    // What permits cost is of a block of requests, whichever of them happens to lease it.
    objectCalls: sum((log) => number(log, "objectCalls") - number(log, "leases")),
    alarms: sum(({ event }) => (event === "alarm" ? 1 : 0)),
    rowsWritten: sum(
      (log) =>
        number(log, "objectRowsWritten") -
        number(log, "leaseRowsWritten") +
        number(log, "d1RowsWritten") +
        (log.written ?? 0)
    ),
    rowsRead: sum((log) => number(log, "objectRowsRead") + number(log, "d1RowsRead")),
    kvReads: sum((log) => number(log, "kvReads")),
    kvWrites: sum((log) => number(log, "kvWrites")),
    queueMessages: sum((log) => number(log, "queueMessages") + (log.queueMessages ?? 0)),
    auditEvents: sum(({ event, queueMessages }) => (event === "alarm" ? (queueMessages ?? 0) : 0))
  }
}

const recorded = () => JSON.parse(readFileSync(file, "utf8")) as Record<string, CountedFlow>

/** What must be the same each time; the others may be less, as alarms and rows of one burst meet or do not. */
const exact = ["requests", "objectCalls", "kvReads", "kvWrites"] as const

/** Holds the file to what was counted, or writes it. */
export const hold = (flow: FlowName, counted: CountedFlow): void => {
  const all = recorded()
  if (process.env["BUDGETS"] === "write") {
    const next = { ...all, [flow]: counted }
    const sorted = Object.fromEntries(Object.entries(next).toSorted(([one], [other]) => (one < other ? -1 : 1)))
    writeFileSync(file, `${JSON.stringify(sorted, null, 2)}\n`)
    return
  }
  const known = all[flow]
  expect(known, `${flow} was never counted: BUDGETS=write npx vitest run test/budgets`).toBeDefined()
  for (const name of exact) expect([flow, name, counted[name]]).toEqual([flow, name, known?.[name]])
  for (const [name, amount] of Object.entries(counted)) {
    expect(amount, `${flow}: ${name}`).toBeLessThanOrEqual(known?.[name as keyof CountedFlow] ?? 0)
  }
}
