/**
 * Leasing permits: blocks of them are taken off a limit before they are used. docs/decisions/0034-limits-everywhere.md.
 *
 * A permit is good for its life and counts for a window longer than that, from when it was leased; so whenever it is
 * used, every window that holds the use is one in which it counted. What is not used is lost.
 */
import { Result, Schema } from "effect"
import { AttemptId } from "./Ids.ts"
import { LimitKey, TooMany } from "./RateLimit.ts"
import { RequestLimitName } from "./RequestLimit.ts"

const Positive = Schema.Int.pipe(Schema.check(Schema.isGreaterThanOrEqualTo(1)))

/** What an isolate asks for. It brings the numbers by which it goes. */
export class Leasing extends Schema.Class<Leasing>("Leasing")({
  key: LimitKey,
  limit: RequestLimitName,
  attempt: AttemptId,
  wanted: Positive,
  /** How many may be leased in a window, and its length in milliseconds. */
  most: Positive,
  window: Positive,
  /** How long a permit may be used, in milliseconds. */
  life: Positive
}) {}

/** What an isolate gets. */
export class Block extends Schema.Class<Block>("Block")({
  permits: Positive,
  /** How many more could be leased now. */
  left: Schema.Int
}) {}

/** The blocks that count, in the order of their times. Milliseconds. */
export class Leased extends Schema.Class<Leased>("Leased")({
  key: LimitKey,
  limit: RequestLimitName,
  blocks: Schema.Array(
    Schema.Struct({
      at: Schema.Int,
      /** By the numbers by which it was leased it counts until then. */
      until: Schema.Int,
      permits: Schema.Int,
      /** Null where it is several that were put together. */
      attempt: Schema.NullOr(AttemptId)
    })
  ),
  /** When the last was leased. */
  latest: Schema.Int,
  /** When an operator was last told that it is too many. */
  alarmedAt: Schema.NullOr(Schema.Int)
}) {}

type Counting = Leased["blocks"][number]

export interface Lease {
  readonly answer: Result.Result<Block, TooMany>
  /** The row as the request leaves it, if it changes anything. */
  readonly row: Leased | undefined
  /** Whether it is refused and nobody was told of a refusal for an hour. */
  readonly isAlarm: boolean
}

/** How many blocks a row holds; the oldest are put together. */
const mostBlocks = 128

const alarmInterval = 3_600_000

/**
 * Leases a block, or refuses it; one that is asked for again by the same attempt is the same block.
 *
 * Of what is left nobody gets more than half at once, so that the last permits go to many. The row's own time never
 * goes back, as that of tries does not (`RateLimit.ts`).
 */
export const lease = (found: Leased | undefined, asked: Leasing, clock: number): Lease => {
  const now = Math.max(clock, found?.latest ?? 0)
  const blocks = (found?.blocks ?? []).filter((block) => countsUntil(block, asked) > now)
  const left = Math.max(0, asked.most - sumOf(blocks))
  const alarmedAt = found?.alarmedAt ?? null
  const before = blocks.find(({ attempt }) => attempt === asked.attempt)
  if (before !== undefined) {
    return { answer: Result.succeed(new Block({ permits: before.permits, left })), row: undefined, isAlarm: false }
  }
  if (left === 0) {
    const isAlarm = alarmedAt === null || alarmedAt <= now - alarmInterval
    const row = isAlarm && found !== undefined ? new Leased({ ...found, alarmedAt: now }) : undefined
    return { answer: Result.fail(new TooMany({ limit: asked.limit, retryAt: freeAt(blocks, asked) })), row, isAlarm }
  }
  const permits = Math.min(asked.wanted, Math.ceil(left / 2))
  const block = { at: now, until: now + asked.life + asked.window, permits, attempt: asked.attempt }
  const { key, limit } = asked
  return {
    answer: Result.succeed(new Block({ permits, left: left - permits })),
    row: new Leased({ key, limit, blocks: together([...blocks, block]), latest: now, alarmedAt }),
    isAlarm: false
  }
}

/** When a row says nothing any more, in milliseconds. */
export const leasesForgottenAt = ({ blocks, latest }: Leased): number =>
  Math.max(latest, ...blocks.map(({ until }) => until))

/** By whichever numbers it counts longer: those that it was leased by, or those that are asked by. */
const countsUntil = ({ at, until }: Counting, { life, window }: Leasing): number => Math.max(until, at + life + window)

const sumOf = (blocks: ReadonlyArray<Counting>): number => blocks.reduce((sum, { permits }) => sum + permits, 0)

/** When the first permit can be leased again. */
const freeAt = (blocks: ReadonlyArray<Counting>, asked: Leasing): number => {
  let sum = sumOf(blocks)
  for (const { permits, until } of blocks
    .map((block) => ({ permits: block.permits, until: countsUntil(block, asked) }))
    .sort((one, other) => one.until - other.until)) {
    sum -= permits
    if (sum < asked.most) return until
  }
  return 0
}

/** A row is never longer than so many blocks: the two oldest become one that counts as long as either. */
const together = (blocks: ReadonlyArray<Counting>): ReadonlyArray<Counting> => {
  const [first, second, ...rest] = blocks
  if (blocks.length <= mostBlocks || first === undefined || second === undefined) return blocks
  const both = {
    at: Math.max(first.at, second.at),
    until: Math.max(first.until, second.until),
    permits: first.permits + second.permits,
    attempt: null
  }
  return [both, ...rest]
}
