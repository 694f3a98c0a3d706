/**
 * What an isolate holds for one thing that is counted, and what it may admit by it without asking anybody.
 * docs/decisions/0034-limits-everywhere.md.
 *
 * It goes by its own clock, and only by how much that has gone on since it asked: how far it is from another's does not
 * matter. A clock that went back says nothing of how much time has passed, so what was leased before is lost.
 */
import type { Share } from "./RequestLimit.ts"

/** Values only: requests of one isolate share no promise. Times are in milliseconds. */
export interface Held {
  /** When the allowance was used, in the last window. */
  readonly used: ReadonlyArray<number>
  /** What is left of leased blocks, and until when it is good. */
  readonly permits: number
  readonly goodUntil: number
  /** How large the last block was. */
  readonly size: number
  /** When somebody went to ask for the next; null while nobody is on the way. */
  readonly askedAt: number | null
  /** There is nothing to lease until then. */
  readonly refusedUntil: number
  /** How many could be leased besides, when that was last heard; undefined if it never was. */
  readonly left: number | undefined
  /** The clock when it was last looked at. */
  readonly seenAt: number
}

const nothing: Held = {
  used: [],
  permits: 0,
  goodUntil: 0,
  size: 0,
  askedAt: null,
  refusedUntil: 0,
  left: undefined,
  seenAt: 0
}

/** The numbers that an isolate goes by. */
export interface Rules extends Share {
  readonly window: number
  /** How long a leased permit is good. */
  readonly life: number
}

export type Spent =
  | { readonly _tag: "Admitted"; readonly held: Held }
  | { readonly _tag: "Refused"; readonly retryAt: number; readonly held: Held }
  /** A block of this size has to be leased first; nobody else is on the way for one if `isFirst`. */
  | { readonly _tag: "Ask"; readonly wanted: number; readonly held: Held; readonly isFirst: boolean }

const smallestBlock = 8
/** No block is a larger part of what may be leased. */
const largestPart = 16

/** Whoever went to ask is given up after so long: its request may have been cut off. */
const patience = 5_000

/**
 * Uses up a permit, or a place of the allowance, or says what to do without. While somebody is on the way for a block,
 * others ask for no more than they need themselves: of many blocks that are leased at once most would be lost.
 */
export const spend = (found: Held | undefined, rules: Rules, now: number): Spent => {
  const held = current(found ?? nothing, rules, now)
  if (held.permits > 0) return { _tag: "Admitted", held: { ...held, permits: held.permits - 1 } }
  if (held.used.length < rules.allowance) return { _tag: "Admitted", held: { ...held, used: [...held.used, now] } }
  if (now < held.refusedUntil) return { _tag: "Refused", retryAt: held.refusedUntil, held }
  if (held.askedAt !== null) return { _tag: "Ask", wanted: 1, held, isFirst: false }
  return { _tag: "Ask", wanted: nextSize(held, rules, now), held: { ...held, askedAt: now }, isFirst: true }
}

/** Somebody went to ask, first of all or not, by a clock that showed `at`. */
export interface Asked {
  readonly isFirst: boolean
  readonly at: number
}

/** A block was leased; one of its permits is used up at once. Undefined if it came too late to be used. */
export const received = (
  found: Held | undefined,
  rules: Rules,
  asked: Asked,
  block: { readonly permits: number; readonly left: number },
  now: number
): Held | undefined => {
  const goodUntil = asked.at + rules.life
  if (now < asked.at || now >= goodUntil) return undefined
  const held = unanswered(found, rules, asked, now)
  return {
    ...held,
    permits: held.permits + block.permits - 1,
    // Of two blocks all are good only as long as the older is.
    goodUntil: held.permits > 0 ? Math.min(held.goodUntil, goodUntil) : goodUntil,
    size: asked.isFirst ? block.permits : held.size,
    left: block.left
  }
}

/** There is nothing to lease until `retryAt`, says a clock that is not ours. */
export const turnedAway = (
  found: Held | undefined,
  rules: Rules,
  asked: Asked,
  retryAt: number,
  now: number
): Held => ({
  ...unanswered(found, rules, asked, now),
  refusedUntil: Math.min(retryAt, now + rules.window + rules.life),
  left: 0
})

/** Whoever went to ask is back. */
export const unanswered = (found: Held | undefined, rules: Rules, { isFirst }: Asked, now: number): Held => {
  const held = current(found ?? nothing, rules, now)
  return isFirst ? { ...held, askedAt: null } : held
}

/** What is there without asking, at least: for whoever wants to know. */
export const remaining = (held: Held, rules: Rules): number =>
  held.permits + Math.max(0, rules.allowance - held.used.length) + (held.left ?? rules.leased)

/** When it says nothing any more. */
export const heldUntil = ({ askedAt, goodUntil, refusedUntil, used }: Held, { window }: Rules): number =>
  Math.max(goodUntil, refusedUntil, askedAt === null ? 0 : askedAt + patience, ...used.map((at) => at + window))

/** What still counts of it. */
const current = (held: Held, { window }: Rules, now: number): Held => ({
  ...held,
  used: held.used.filter((at) => at > now - window),
  permits: now < held.goodUntil && now >= held.seenAt ? held.permits : 0,
  askedAt: held.askedAt !== null && now < held.askedAt + patience && now >= held.askedAt ? held.askedAt : null,
  seenAt: now
})

/** Twice the last block if that was used up while it was good; else a small one again. */
const nextSize = ({ goodUntil, size }: Held, { leased }: Rules, now: number): number => {
  const largest = Math.ceil(leased / largestPart)
  return Math.min(largest, size > 0 && now < goodUntil ? 2 * size : smallestBlock)
}
