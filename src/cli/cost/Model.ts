/**
 * What a provider of some size costs a month: counted operations times runs times prices, and what is stored.
 *
 * `USD = 0.30·requests + 0.02·cpuMs + 0.15·objectRequests + 1.6·objectSeconds + 1.0·rowsWritten + 0.001·rowsRead +
 * 0.5·kvReads + 5·kvWrites + 0.4·queueOperations`, each a million.
 */
import type { CountedFlow, CountedFlows, FlowName } from "./Counted.ts"
import { bytes, cpuMilliseconds, d1Bytes, perObject, secondsAMonth } from "./Estimates.ts"
import { perGigabyteMonth, perMillion, plan, type Priced } from "./Prices.ts"
import { runsOf, type Usage } from "./Usage.ts"

export interface Shards {
  readonly account: number
  readonly ticket: number
  readonly limiter: number
}

export interface Storage {
  /** Bytes. */
  readonly objects: number
  readonly d1: number
  /** What one year of archived events adds. */
  readonly archiveAYear: number
  /** For how many days D1 has room for the audit log, before its alert. */
  readonly auditDaysAtMost: number
}

export interface Bill {
  readonly usage: Usage
  readonly runs: Readonly<Record<FlowName, number>>
  /** Operations a month. */
  readonly operations: Readonly<Record<Priced, number>>
  readonly shards: Shards
  readonly storage: Storage
  /** USD a month. */
  readonly dollars: Readonly<Record<Priced | "storage" | "plan", number>>
  readonly total: number
  /** USD for a million runs of each flow, and of a login with the code and the look at userinfo that it leads to. */
  readonly perMillionRuns: Readonly<Record<FlowName, number>>
  readonly perMillionLogins: number
}

/** What the design wants a million logins to cost at most, in USD (see docs/decisions/0037-cost-and-deploy.md). */
export const wantedPerMillionLogins = 5

/** What one run of a flow spends, but for the time that objects are in memory, which all share. */
const spentBy = (name: FlowName, flow: CountedFlow): Readonly<Record<Exclude<Priced, "objectSeconds">, number>> => ({
  workerRequests: flow.requests,
  cpuMilliseconds: cpuMilliseconds[name],
  objectRequests: flow.objectCalls + flow.alarms,
  // What is written once is deleted once: when it has expired, or when it is archived.
  rowsWritten: 2 * flow.rowsWritten,
  rowsRead: flow.rowsRead + flow.rowsWritten,
  kvReads: flow.kvReads,
  kvWrites: flow.kvWrites,
  queueOperations: 3 * flow.queueMessages,
  // The archive is written a thousand events at a time.
  r2ClassA: flow.auditEvents / 1000
})

const dollarsOf = (operations: Partial<Record<Priced, number>>): number =>
  Object.entries(operations).reduce((sum, [name, amount]) => sum + amount * perMillion[name as Priced], 0)

export const billOf = (counted: CountedFlows, usage: Usage): Bill => {
  const runs = runsOf(usage)
  const flows = Object.entries(counted) as unknown as ReadonlyArray<readonly [FlowName, CountedFlow]>
  const auditEvents = flows.reduce((sum, [name, flow]) => sum + runs[name] * flow.auditEvents, 0)
  const shards = shardsOf(counted, usage, runs)
  const storage = storageOf(usage, auditEvents)
  const objects = shards.account + shards.ticket + shards.limiter + 1
  const spent = flows.map(([name, flow]) => [name, spentBy(name, flow)] as const)
  const sums = (Object.keys(perMillion) as ReadonlyArray<Priced>).map((priced): readonly [Priced, number] => [
    priced,
    // At most: a shard that nobody asks for ten seconds is not in memory.
    priced === "objectSeconds"
      ? objects * secondsAMonth
      : spent.reduce((sum, [name, one]) => sum + runs[name] * one[priced], 0)
  ])
  const operations = Object.fromEntries(sums) as Record<Priced, number>
  const dollars = {
    ...(Object.fromEntries(
      Object.entries(operations).map(([name, amount]) => [name, (amount / 1e6) * perMillion[name as Priced]])
    ) as Record<Priced, number>),
    storage:
      (storage.objects * perGigabyteMonth.objects +
        storage.d1 * perGigabyteMonth.d1 +
        storage.archiveAYear * perGigabyteMonth.r2) /
      1e9,
    plan
  }
  const total = Object.values(dollars).reduce((one, other) => one + other, 0)
  const perMillionRuns = Object.fromEntries(
    spent.map(([name, one]) => [name, dollarsOf(one)])
  ) as Bill["perMillionRuns"]
  const login =
    loginFlows.reduce((sum, name) => sum + runs[name] * perMillionRuns[name], 0) / Math.max(1, loginsIn(runs))
  const perMillionLogins = login + followers.reduce((sum, name) => sum + perMillionRuns[name], 0)
  return { usage, runs, operations, shards, storage, dollars, total, perMillionRuns, perMillionLogins }
}

const loginFlows = ["login.password", "login.passkey", "login.letter"] as const

/** What an application does after each login. */
const followers = ["authorize.silent", "code", "userinfo"] as const

const loginsIn = (runs: Bill["runs"]): number => loginFlows.reduce((sum, name) => sum + runs[name], 0)

/** The next power of two: shards are counted in those, so that a generation is a multiple of the one before. */
const roundUp = (wanted: number): number => 2 ** Math.ceil(Math.log2(Math.max(1, wanted)))

const shardsOf = (counted: CountedFlows, usage: Usage, runs: Readonly<Record<FlowName, number>>): Shards => {
  const peak = (calls: number) => (calls / secondsAMonth) * usage.peak
  const names = Object.keys(counted) as ReadonlyArray<FlowName>
  const calls = names.reduce((total, name) => total + runs[name] * counted[name].objectCalls, 0)
  // Every login has a form, and is counted for its name and its network.
  const logins = loginsIn(runs)
  return {
    account: roundUp(Math.max(peak(calls) / perObject.callsPerSecond, (usage.users * bytes.home) / perObject.bytes)),
    ticket: roundUp(peak(logins) / perObject.callsPerSecond),
    limiter: roundUp(peak(2 * logins) / perObject.callsPerSecond)
  }
}

const storageOf = ({ auditDays, users }: Usage, auditEvents: number): Storage => {
  const eventsADay = auditEvents / 30.4375
  const people = users * bytes.person
  const left = Math.max(0, d1Bytes.alert - people)
  return {
    objects: users * bytes.home,
    d1: people + eventsADay * auditDays * bytes.auditEvent,
    archiveAYear: auditEvents * 12 * bytes.archivedEvent,
    auditDaysAtMost: eventsADay === 0 ? 3_650 : Math.min(3_650, Math.floor(left / (eventsADay * bytes.auditEvent)))
  }
}
