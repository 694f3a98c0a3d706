/**
 * Whether an isolate is one of those that admit an allowance of everything that is counted: it leases that for itself,
 * once in some minutes. docs/decisions/0034-limits-everywhere.md.
 */
import { allowanceLife } from "./RequestLimit.ts"

/** Times of the isolate's own clock, in milliseconds. */
export interface Allowance {
  readonly goodUntil: number
  /** When somebody went to ask for the next; null while nobody is on the way. */
  readonly askedAt: number | null
  /** Nobody goes to ask before. */
  readonly quietUntil: number
  readonly seenAt: number
}

const none: Allowance = { goodUntil: 0, askedAt: null, quietUntil: 0, seenAt: 0 }

export interface Look {
  readonly isHeld: boolean
  /** Whether whoever looks shall go and ask for the next. */
  readonly asks: boolean
  readonly allowance: Allowance
}

/** Whoever went to ask is given up after so long. */
const patience = 5_000

/** It is asked for again when half of it is over, so that one that is refused or lost is missed by nobody. */
export const look = (found: Allowance | undefined, now: number): Look => {
  const before = found ?? none
  // A clock that went back does not say how much time has passed.
  const goodUntil = now < before.seenAt ? 0 : before.goodUntil
  const isAsked = before.askedAt !== null && now >= before.askedAt && now < before.askedAt + patience
  const asks = now >= goodUntil - allowanceLife / 2 && now >= before.quietUntil && !isAsked
  const askedAt = asks ? now : isAsked ? before.askedAt : null
  return { isHeld: now < goodUntil, asks, allowance: { ...before, goodUntil, askedAt, seenAt: now } }
}

/** It was leased, and had been asked for at `askedAt`: from then on it is good. */
export const lent = (found: Allowance | undefined, askedAt: number, now: number): Allowance => ({
  goodUntil: now < askedAt ? 0 : Math.max(found?.goodUntil ?? 0, askedAt + allowanceLife),
  askedAt: null,
  quietUntil: 0,
  seenAt: now
})

/** It was not leased; what was is good as long as it was. */
export const notLent = (found: Allowance | undefined, quietUntil: number, now: number): Allowance => ({
  ...(found ?? none),
  askedAt: null,
  quietUntil: Math.min(quietUntil, now + allowanceLife),
  seenAt: now
})
