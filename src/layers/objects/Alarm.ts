/**
 * The one alarm of an object, which serves the outbox and the sweep: when it is set, and what it does when it rings.
 *
 * All decisions, and no waiting: `StepObject` drives them in workerd, the simulator over maps, both in turns that
 * nothing comes between. An alarm rings at least once, beside requests, and may be given up by the platform.
 */
import type { OutboxRows } from "./HandOver.ts"

const retryDelay = 5_000

/** How long an alarm waits for the code that understands the schema to come back: a deploy takes minutes. */
const strangeDelay = 60_000

/** An alarm that is so much too late (milliseconds) is one that the platform gave up. */
const lostAlarm = 60_000

/** From the end of one sweep to the beginning of the next, and from one run of a sweep to the next, in milliseconds. */
const sweepInterval = 3_600_000
const runInterval = 1_000

/** How long the outbox of each class waits for more to happen before it is handed over, in milliseconds. */
export const outboxDelays = { account: 1_000, ticket: 10_000, keyRing: 1_000, limiter: 10_000 } as const

/** What an instance of an object remembers of its alarm. A new instance knows nothing. */
export interface AlarmMemory {
  /** When the alarm rings; null if none is set, undefined until it was looked at. */
  at: number | null | undefined
  isRinging: boolean
}

/** An object that has an alarm, in one turn of it. */
export interface Alarmed {
  readonly memory: AlarmMemory
  /** Milliseconds. */
  readonly now: () => number
  /** Sets the platform's alarm, in place of any that is set. */
  readonly setAlarm: (at: number) => void
}

/** An object whose alarm rings. */
export interface Ringing extends Alarmed {
  /** Whether its schema is not the one that this code knows. */
  readonly isStrange: () => boolean
  readonly outbox: OutboxRows
  readonly isWaiting: () => boolean
  /** How long the outbox waits for more to happen before it is handed over, in milliseconds. */
  readonly outboxDelay: number
  /** Sweeps if it is time to; says when it will be time again, undefined while nothing is left that can expire. */
  readonly sweep: (now: number) => number | undefined
}

/** What the platform answered when it was asked for the alarm. Another call may have set one in the meantime. */
export const lookedUp = (memory: AlarmMemory, set: number | null): void => {
  if (memory.at === undefined) memory.at = set
}

/** By when the alarm has to ring for what a step did. */
export const ringsBy = (step: {
  readonly now: number
  readonly said: boolean
  readonly wrote: boolean
  readonly outboxDelay: number
}): number | undefined => {
  if (step.said) return step.now + step.outboxDelay
  return step.wrote ? step.now + sweepInterval : undefined
}

const isLost = (object: Alarmed, set: number): boolean => set <= object.now() - lostAlarm

/** Sets the alarm unless it rings before that anyway. */
export const arm = (object: Alarmed, at: number): void => {
  const set = object.memory.at ?? undefined
  if (set !== undefined && set <= at && !isLost(object, set)) return
  object.memory.at = at
  object.setAlarm(at)
}

/** Sets the alarm unless one is set: whoever wakes an object does not know what waits in it. */
export const wake = (object: Alarmed, at: number): void => {
  const set = object.memory.at ?? undefined
  arm(object, set === undefined || isLost(object, set) ? at : set)
}

/** Whether the outbox is to be handed over now. If not, the alarm is set again. */
export const beginRinging = (object: Ringing): boolean => {
  object.memory.at = null
  // Newer code has been here; it will be again, and its alarm must not be lost until then.
  if (object.isStrange()) arm(object, object.now() + strangeDelay)
  // Of two that hand over the same rows, one would delete what came in between under the numbers of the other's.
  else if (object.memory.isRinging) arm(object, object.now() + retryDelay)
  else return (object.memory.isRinging = true)
  return false
}

/** After the outbox was handed over: `sent` messages, or undefined if the queue did not take them all. */
export const endRinging = (object: Ringing, sent: number | undefined): void => {
  object.memory.isRinging = false
  const now = object.now()
  if (sent === undefined) arm(object, now + retryDelay)
  else if (object.isWaiting()) arm(object, now + object.outboxDelay)
  const sweepAt = object.sweep(now)
  if (sweepAt !== undefined) arm(object, sweepAt)
}

/** When it is time to sweep again, after a run that came to the end of all tables or did not. */
export const sweepsAgainAt = (now: number, isDone: boolean): number => now + (isDone ? sweepInterval : runInterval)
