/** What no test counts: milliseconds and bytes, measured by hand on one machine and rounded up. They are estimates. */
import type { FlowName } from "./Counted.ts"

/** CPU of the Worker and its objects for one run, in milliseconds. Argon2id alone is 54 to 73. */
export const cpuMilliseconds: Readonly<Record<FlowName, number>> = {
  "login.password": 80,
  "login.passkey": 8,
  "login.letter": 12,
  consent: 5,
  "authorize.silent": 3,
  code: 5,
  refresh: 5,
  userinfo: 2,
  introspection: 2,
  logout: 5
}

/** Bytes, with what SQLite adds. */
export const bytes = {
  /** A user's home: profile, session, consents, grants and the families that live. */
  home: 6_000,
  /** A person's rows in D1: directory and two sign-in names. */
  person: 500,
  auditEvent: 220,
  /** An event in the archive, compressed. */
  archivedEvent: 40
} as const

/** What one object is asked to bear: a fifth of the platform's 1,000 requests a second, and half of its 10 GB. */
export const perObject = { callsPerSecond: 200, bytes: 5_000_000_000 } as const

/** D1's 10 GB, of which an alert is due at 8. */
export const d1Bytes = { most: 10_000_000_000, alert: 8_000_000_000 } as const

export const secondsAMonth = 2_629_800
