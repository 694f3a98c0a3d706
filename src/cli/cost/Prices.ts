/**
 * Cloudflare's price list for Workers Paid, in USD. Operations: stored pricing pages of the platform, without a date;
 * storage: the pricing pages of D1, Durable Objects (SQLite) and R2. Look at
 * https://developers.cloudflare.com/workers/platform/pricing/ for today's.
 */

/** USD for a million of each. */
export const perMillion = {
  workerRequests: 0.3,
  cpuMilliseconds: 0.02,
  /** Each call of an object, and each alarm. */
  objectRequests: 0.15,
  /** Seconds that an object is in memory, of 128 MB: 12.50 for a million GB-s. */
  objectSeconds: 1.6,
  /** In objects and in D1; an index is one more, each delete and each `setAlarm` too. */
  rowsWritten: 1,
  rowsRead: 0.001,
  kvReads: 0.5,
  kvWrites: 5,
  /** A message is three: written, read and deleted. */
  queueOperations: 0.4,
  r2ClassA: 4.5
} as const

export type Priced = keyof typeof perMillion

/** USD for a GB that is stored for a month. */
export const perGigabyteMonth = { objects: 0.2, d1: 0.75, r2: 0.015 } as const

/** The plan itself, a month. What it includes is left out below: at this size it is little. */
export const plan = 5
