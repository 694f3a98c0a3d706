/** The tables and the steps of a `LimiterObject`: one row for each thing that is counted. */
import { Result, Schema } from "effect"
import type { AuditEntry } from "../../domain/AuditEvent.ts"
import { Block, lease, Leased, leasesForgottenAt, Leasing } from "../../domain/Lease.ts"
import { Counted, forgottenAt, giveBack, take, Taking, TooMany } from "../../domain/RateLimit.ts"
import { bind } from "../../services/storage/Bind.ts"
import { Health } from "../../services/storage/Health.ts"
import { Limits } from "../../services/storage/Limits.ts"
import { Shards } from "../../services/storage/Shards.ts"
import { storage } from "../../services/storage/Storage.ts"
import { Waking } from "../../services/storage/Waking.ts"
import { answering } from "./HealthSteps.ts"
import { measureStep } from "./MeasureStep.ts"
import { step } from "./Step.ts"
import type { StepCaller } from "./StepCaller.ts"
import { table } from "./Table.ts"
import { woken } from "./WakingSteps.ts"

export const limiterTables = {
  counted: table({
    name: "counted",
    keys: ["limit_key"],
    keyOf: (row: Counted) => [row.key],
    expiresAt: forgottenAt,
    schema: Counted
  }),
  leased: table({
    name: "leased",
    keys: ["limit_key"],
    keyOf: (row: Leased) => [row.key],
    expiresAt: leasesForgottenAt,
    schema: Leased
  })
}

/** The event of the first request that is refused. */
const reached = ({ key, limit }: Pick<Taking | Leasing, "key" | "limit">): AuditEntry => ({
  type: "limit.reached",
  detail: { limit, key }
})

export const limiterSteps = {
  "Shard.limiters": measureStep(() => limiterTables),
  "Health.limits": step<typeof limiterTables>()(answering((tx) => tx.counted.get("health"))),
  "Waking.limits": step<typeof limiterTables>()(woken),
  "Limit.take": step<typeof limiterTables>()({
    request: Taking,
    reply: Schema.Int,
    refusal: TooMany,
    quiet: "a count of tries; what a try leads to is an event, and so is the first that is refused",
    run: (tx, request) => {
      const { answer, isAlarm, row } = take(tx.counted.get(request.key), request, tx.now)
      if (row !== undefined) tx.counted.put(row)
      if (isAlarm) tx.audit(reached(request))
      return answer
    }
  }),
  "Limit.giveBack": step<typeof limiterTables>()({
    request: Taking,
    reply: Schema.Void,
    refusal: Schema.Never,
    quiet: "a count of tries; what the try led to is an event",
    run: (tx, { attempt, key }) => {
      const row = giveBack(tx.counted.get(key), attempt)
      if (row !== undefined) tx.counted.put(row)
      return Result.void
    }
  }),
  "Limit.lease": step<typeof limiterTables>()({
    request: Leasing,
    reply: Block,
    refusal: TooMany,
    quiet: "a count of requests; what a request leads to is an event, and so is the first that is refused",
    run: (tx, request) => {
      const { answer, isAlarm, row } = lease(tx.leased.get(request.key), request, tx.now)
      if (row !== undefined) tx.leased.put(row)
      if (isAlarm) tx.audit(reached(request))
      return answer
    }
  })
} as const

/** A shard of what is counted. Strong for the same reason as `AccountHome`. */
export const LimiterHome = storage.strong("DurableObject.Limiter")<StepCaller<typeof limiterSteps>>()

export const LimiterSizes = bind(Shards, {
  limiters: (request) => LimiterHome.use((home) => home.call("Shard.limiters", request.id, request))
})

export const LimiterHealth = bind(Health, {
  limits: (shard) => LimiterHome.use((home) => home.call("Health.limits", shard.id, shard))
})

export const LimiterWaking = bind(Waking, {
  limits: (shard) => LimiterHome.use((home) => home.call("Waking.limits", shard.id, shard))
})

export const LimitsDurable = bind(Limits, {
  take: (request) => LimiterHome.use((home) => home.call("Limit.take", request.key, request)),
  giveBack: (request) => LimiterHome.use((home) => home.call("Limit.giveBack", request.key, request)),
  lease: (request) => LimiterHome.use((home) => home.call("Limit.lease", request.key, request))
})
