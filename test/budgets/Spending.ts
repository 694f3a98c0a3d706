/** What requests, alarms and the queue spent, summed from the log that the layers' counters are written to. */
import type { RequestLog, RunningProvider } from "../workerd/Provider.ts"

export interface Spent {
  readonly objectCalls: number
  readonly d1Calls: number
  /** In objects and in D1, alarms set included. */
  readonly rowsWritten: number
  readonly kv: number
  readonly r2: number
  /** Letters; what objects tell is counted where their alarms ring. */
  readonly queue: number
}

const sum = (logs: ReadonlyArray<RequestLog>, of: (log: RequestLog) => number | undefined): number =>
  logs.reduce((total, log) => total + (of(log) ?? 0), 0)

/**
 * The sum of some of the log's lines, without the leases of permits: those are for all requests of a block, whichever
 * of them happens to ask (Limits.test.ts).
 */
export const spent = (logs: ReadonlyArray<RequestLog>): Spent => ({
  objectCalls: sum(logs, ({ cost }) => (cost?.["objectCalls"] ?? 0) - (cost?.["leases"] ?? 0)),
  d1Calls: sum(logs, ({ cost }) => cost?.["d1Calls"]),
  rowsWritten: sum(
    logs,
    ({ cost, written }) =>
      (cost?.["objectRowsWritten"] ?? 0) -
      (cost?.["leaseRowsWritten"] ?? 0) +
      (cost?.["d1RowsWritten"] ?? 0) +
      (written ?? 0)
  ),
  kv: sum(logs, ({ cost }) => (cost?.["kvReads"] ?? 0) + (cost?.["kvWrites"] ?? 0)),
  r2: sum(logs, ({ cost }) => (cost?.["r2Reads"] ?? 0) + (cost?.["r2Writes"] ?? 0)),
  queue: sum(logs, ({ cost }) => cost?.["queueMessages"])
})

/** How often permits were leased. */
export const leasesIn = (logs: ReadonlyArray<RequestLog>): number => sum(logs, ({ cost }) => cost?.["leases"])

/**
 * What one request of this method and path spent, which was made while `step` was taken. The isolate's copies of the
 * key ring and of the look are read anew once a minute; that is not what is measured.
 */
export const costOf = async (
  provider: RunningProvider,
  method: string,
  pathname: string,
  step: () => Promise<unknown>
): Promise<Spent> => {
  await fetch(`${provider.issuer}/.well-known/jwks.json`)
  await fetch(`${provider.issuer}/`)
  const logged = provider.logs().length
  await step()
  const requests = provider
    .logs()
    .slice(logged)
    .filter((one) => one.method === method && one.pathname === pathname)
  if (requests.length !== 1) throw new Error(`${requests.length} requests ${method} ${pathname} were logged`)
  return spent(requests)
}

/** Waits until everything that was done before is delivered: of one step and the next, each has its own alarm. */
export const quiet = async (provider: RunningProvider) => {
  for (let logged = -1, still = 0; still < 24; still = logged === provider.logs().length ? still + 1 : 0) {
    logged = provider.logs().length
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** What `step` spent, and with it every alarm and delivery that it caused: waits until the audit has arrived. */
export const measure = async (provider: RunningProvider, events: number, step: () => Promise<unknown>) => {
  const before = await auditRows(provider)
  const logged = provider.logs().length
  await step()
  for (let tries = 0; (await auditRows(provider)) < before + events; tries++) {
    if (tries > 300) throw new Error(`of ${events} audit events ${(await auditRows(provider)) - before} arrived`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  // The queue's own line is logged after the rows are there.
  await new Promise((resolve) => setTimeout(resolve, 100))
  return provider.logs().slice(logged)
}

const auditRows = async (provider: RunningProvider): Promise<number> => {
  const row = await provider.env.DB.prepare("SELECT count(*) AS n FROM audit_log").first<{ n: number }>()
  return row?.n ?? 0
}
