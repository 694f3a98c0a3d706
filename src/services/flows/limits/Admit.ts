/**
 * Admitting a request by permits that this isolate holds, or leases first. docs/decisions/0034-limits-everywhere.md.
 *
 * Most requests ask nobody: an isolate has an allowance of everything that is counted, for which it asks once in some
 * minutes, and whoever comes more often gets a block of permits. What guesses at secrets is not admitted here
 * (`Throttle.ts`).
 */
import { Clock, Context, Effect, Result } from "effect"
import { look, lent, notLent } from "../../../domain/Allowance.ts"
import { Leasing } from "../../../domain/Lease.ts"
import {
  type Asked,
  type Held,
  heldUntil,
  received,
  remaining,
  type Rules,
  spend,
  turnedAway,
  unanswered
} from "../../../domain/Permit.ts"
import { TooMany } from "../../../domain/RateLimit.ts"
import {
  allowanceLife,
  permitLife,
  requestLimits,
  type RequestLimitName,
  shareOf
} from "../../../domain/RequestLimit.ts"
import { count, CurrentCost, zero } from "../../ports/Cost.ts"
import { HeldPermits } from "../../ports/HeldPermits.ts"
import { LimitsInForce } from "../../ports/LimitsInForce.ts"
import { Limits } from "../../storage/Limits.ts"
import { retried } from "../../storage/Retry.ts"
import { NotExecuted } from "../../storage/StorageError.ts"
import { drawAttempt } from "../Secrets.ts"
import { limitKey } from "./Throttle.ts"

/** What whoever was admitted may be told of the limit. */
export interface Standing {
  readonly limit: RequestLimitName
  readonly most: number
  /** Milliseconds. */
  readonly window: number
  /** So many more, as far as this isolate knows. */
  readonly remaining: number
  /** When there are more, if there are none now. Milliseconds. */
  readonly retryAt: number | undefined
}

/** Where a request's standings are put, for whoever answers it. */
export const Standings = Context.Reference<Array<Standing>>("hapax/flows/Standings", { defaultValue: () => [] })

/** Admits one request by or for `subject`; `TooMany` if it has to wait. */
export const admit = Effect.fn("Admit")(function* (limit: RequestLimitName, subject: string) {
  const { [limit]: numbers } = yield* LimitsInForce
  const { most, window } = numbers
  const { allowance, leased } = shareOf(most)
  const lentHere = allowance > 0 && (yield* holdsAllowance) ? allowance : 0
  const rules: Rules = { allowance: lentHere, leased, window, life: permitLife(window) }
  const standings = yield* Standings
  const stands = (left: number, retryAt?: number) => standings.push({ limit, most, window, remaining: left, retryAt })
  const held = yield* spendOne({ limit, subject, rules }).pipe(
    Effect.tapErrorTag("TooMany", ({ retryAt }) => Effect.sync(() => stands(0, retryAt)))
  )
  stands(remaining(held, rules))
})

/** The same by network address; whoever has none that can be believed is counted with all others who have none. */
export const admitAddress = (limit: RequestLimitName, address: string | undefined) =>
  admit(limit, address ?? "no address")

/** One thing that is counted, and the numbers that it is counted by. */
interface Counted {
  readonly limit: RequestLimitName
  readonly subject: string
  readonly rules: Rules
}

/** Looks at what is held for it and keeps what comes of that, in one turn. */
const change = <A>(
  { limit, rules, subject }: Counted,
  decide: (found: Held | undefined, isRoom: boolean) => { readonly answer: A; readonly held: Held }
) =>
  HeldPermits.use((memory) =>
    memory.change(`${limit} ${subject}`, (found, isRoom) => {
      const decided = decide(found, isRoom)
      return { ...decided, until: heldUntil(decided.held, rules) }
    })
  )

const spendOne = Effect.fnUntraced(function* (counted: Counted) {
  const { limit, rules } = counted
  const now = yield* Clock.currentTimeMillis
  const spent = yield* change(counted, (found, isRoom) => {
    // What would not be remembered is neither used without asking nor leased to be lost.
    const decided = spend(found, isRoom ? rules : { ...rules, allowance: 0 }, now)
    const answer = decided._tag === "Ask" && !isRoom ? { ...decided, wanted: 1 } : decided
    return { answer, held: decided.held }
  })
  switch (spent._tag) {
    case "Admitted":
      return spent.held
    case "Refused":
      return yield* new TooMany({ limit, retryAt: spent.retryAt })
    case "Ask":
      return yield* leaseFor(counted, { isFirst: spent.isFirst, at: now }, spent.wanted)
  }
})

/** Leases a block, of which one permit is used up at once. */
const leaseFor = Effect.fnUntraced(function* (counted: Counted, asked: Asked, wanted: number) {
  // Whoever comes here has no allowance left, or nowhere to note that it was used.
  const rules = { ...counted.rules, allowance: 0 }
  const block = yield* Effect.result(leased(counted, wanted))
  const now = yield* Clock.currentTimeMillis
  const settle = (decide: (found: Held | undefined) => readonly [admitted: Held | undefined, otherwise: Held]) =>
    change(counted, (found) => {
      const [admitted, otherwise] = decide(found)
      return { answer: admitted, held: admitted ?? otherwise }
    })
  const admitted = yield* settle((found) => {
    if (Result.isSuccess(block)) {
      return [received(found, rules, asked, block.success, now), unanswered(found, rules, asked, now)]
    }
    if (block.failure._tag !== "TooMany") return [undefined, unanswered(found, rules, asked, now)]
    // Of a block that came meanwhile something may be left.
    const held = turnedAway(found, rules, asked, block.failure.retryAt, now)
    const spent = spend(held, rules, now)
    return [spent._tag === "Admitted" ? spent.held : undefined, held]
  })
  if (admitted !== undefined) return admitted
  return yield* Result.isFailure(block) ? Effect.fail(block.failure) : tooLate
})

const tooLate = new NotExecuted({
  operation: "Limit.lease",
  reason: "unavailable",
  detail: "the permits came when they were good no more"
})

const leased = Effect.fnUntraced(function* ({ limit, rules, subject }: Counted, wanted: number) {
  const { leased: most, life, window } = rules
  const key = yield* limitKey(limit, subject)
  const request = new Leasing({ key, limit, attempt: yield* drawAttempt, wanted, most, window, life })
  const cost = zero()
  return yield* retried(Limits.lease)(request).pipe(
    Effect.provideService(CurrentCost, cost),
    // It is spent for all the requests that come by this block, and told apart from what this one asks for itself.
    Effect.ensuring(
      Effect.suspend(() => count({ ...cost, leases: cost.objectCalls, leaseRowsWritten: cost.objectRowsWritten }))
    )
  )
})

const { most: mostIsolates, window: longestWindow } = requestLimits.isolates

const isolates: Counted = {
  limit: "isolates",
  subject: "all",
  rules: { allowance: 0, leased: mostIsolates, window: longestWindow, life: allowanceLife }
}

/** After an answer that says nothing, in milliseconds. */
const quietTime = 10_000

/** Whether this isolate is one of those with an allowance. While storage does not say so, it is as before. */
const holdsAllowance = Effect.gen(function* () {
  const memory = yield* HeldPermits
  const askedAt = yield* Clock.currentTimeMillis
  const { asks, isHeld } = yield* memory.changeAllowance((found) => {
    const looked = look(found, askedAt)
    return { answer: looked, allowance: looked.allowance }
  })
  if (!asks) return isHeld
  const slot = yield* Effect.result(leased(isolates, 1))
  const now = yield* Clock.currentTimeMillis
  const isRefused = Result.isFailure(slot) && slot.failure._tag === "TooMany"
  const quietUntil = isRefused ? slot.failure.retryAt : now + quietTime
  return yield* memory.changeAllowance((found) => {
    const allowance = Result.isSuccess(slot) ? lent(found, askedAt, now) : notLent(found, quietUntil, now)
    return { answer: now < allowance.goodUntil, allowance }
  })
})
