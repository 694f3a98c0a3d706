/** How people use a provider in a month: what an operator may say, and what is assumed where nothing is said. */
import type { FlowName } from "./Counted.ts"

export interface Usage {
  /** People who sign in at least once a month. */
  readonly users: number
  /** Logins of each a month, at pages of this provider. */
  readonly logins: number
  /** Of a hundred logins, those by a passkey and those by a letter; the others are by a password. */
  readonly passkeyPercent: number
  readonly letterPercent: number
  /** New consents of each person a month. */
  readonly consents: number
  /** Silent authorizations of each person a month: one of many applications, or a tab that is opened anew. */
  readonly silent: number
  readonly refreshes: number
  readonly introspections: number
  readonly logouts: number
  /** How many times the average the busiest minutes are. */
  readonly peak: number
  /** How long audit events stay in D1, in days (`settings.retention.auditDays`). */
  readonly auditDays: number
}

/** For an ordinary month: somebody signs in a few times, and their applications do the rest. */
export const usual: Omit<Usage, "users"> = {
  logins: 3,
  passkeyPercent: 30,
  letterPercent: 10,
  consents: 0.3,
  silent: 10,
  refreshes: 20,
  introspections: 10,
  logouts: 0.5,
  // 10,000 logins a minute of ten million people with three logins each are fourteen times the average.
  peak: 14,
  auditDays: 90
}

/** Runs of each flow a month. Each login and silent authorization leads to a code, and a look at userinfo. */
export const runsOf = (usage: Usage): Readonly<Record<FlowName, number>> => {
  const { consents, introspections, letterPercent, logins, logouts, passkeyPercent, refreshes, silent, users } = usage
  const byPasskey = (logins * passkeyPercent) / 100
  const byLetter = (logins * letterPercent) / 100
  const codes = logins + silent
  const each = {
    "login.password": logins - byPasskey - byLetter,
    "login.passkey": byPasskey,
    "login.letter": byLetter,
    consent: consents,
    // After a login an application gets its code as somebody with a session does.
    "authorize.silent": codes - consents,
    code: codes,
    refresh: refreshes,
    userinfo: codes,
    introspection: introspections,
    logout: logouts
  }
  return Object.fromEntries(Object.entries(each).map(([flow, runs]) => [flow, runs * users])) as Record<
    FlowName,
    number
  >
}
