/**
 * What came in and how it went, summed over five minutes: enough to say whether too much fails or takes too long.
 *
 * Isolates add what they counted once a minute. One that goes in between takes its last counts with it: these are
 * estimates for alerts, and nothing is decided by them.
 */
import { Schema } from "effect"

const Count = Schema.Int.pipe(Schema.check(Schema.isGreaterThanOrEqualTo(0)))

export const Traffic = Schema.Struct({
  requests: Count,
  /** Answers of 5xx. */
  failures: Count,
  /** Writes that storage did not take, after all repetitions. */
  givenUp: Count,
  objectCalls: Count,
  /** Those that took longer than `slowCall`. */
  slowObjectCalls: Count
})
export type Traffic = typeof Traffic.Type

export const noTraffic: Traffic = { requests: 0, failures: 0, givenUp: 0, objectCalls: 0, slowObjectCalls: 0 }

/** What an object call may take, in milliseconds: 95 of 100 are to be faster (system.md). */
export const slowCall = 50

/** Traffic that began in a window of five minutes. */
export class TrafficWindow extends Schema.Class<TrafficWindow>("TrafficWindow")({
  /** Milliseconds. */
  began: Schema.Int,
  traffic: Traffic
}) {}

export const windowLength = 5 * 60_000

/** The beginning of the window of a moment, in milliseconds. */
export const windowOf = (now: number): number => now - (now % windowLength)

/** Windows have a row each, which the window of a day later takes over: so nothing is ever deleted. */
export const slots = 288

export const slotOf = (began: number): number => Math.floor(began / windowLength) % slots

export const sum = (one: Traffic, other: Traffic): Traffic => ({
  requests: one.requests + other.requests,
  failures: one.failures + other.failures,
  givenUp: one.givenUp + other.givenUp,
  objectCalls: one.objectCalls + other.objectCalls,
  slowObjectCalls: one.slowObjectCalls + other.slowObjectCalls
})

/** The row of a slot after more traffic: a new day begins it anew, and what comes a day late is left out. */
export const added = (found: TrafficWindow | undefined, more: TrafficWindow): TrafficWindow => {
  if (found === undefined || found.began < more.began) return more
  if (found.began > more.began) return found
  return new TrafficWindow({ began: found.began, traffic: sum(found.traffic, more.traffic) })
}
