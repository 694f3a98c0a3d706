/**
 * A Durable Object that runs steps: decode, one synchronous transaction, encode.
 *
 * `AccountObject`, `TicketObject` and `KeyRingObject` are this class with their own tables and steps. One alarm serves
 * the outbox and the sweep.
 */
import type { DurableObjectState, SqlStorage } from "@cloudflare/workers-types"
import { Result, Schema } from "effect"
import { DurableObject } from "cloudflare:workers"
import type { Step, Steps } from "../objects/Step.ts"
import type { TableSpecs } from "../objects/Table.ts"
import { type Env, outboxOf } from "./Bindings.ts"
import { migrate, type ObjectMigrations } from "./ObjectSchema.ts"
import { empty, isWaiting, outboxWriter } from "./Outbox.ts"
import type { StepAnswer } from "./StepAnswer.ts"
import { type SqlCost, sqlRows, UnreadableRow } from "./SqlRows.ts"
import { anyExpires, beginning, sweepPage, type SweepPosition } from "./Sweep.ts"

/** What a class of objects is made of. */
export interface StepObjectSpec {
  readonly tables: TableSpecs
  readonly steps: Steps
  readonly migrations: ObjectMigrations
  /** How long the outbox waits for more to happen before it is handed over, in milliseconds. */
  readonly outboxDelay: number
}

const sweepInterval = 3_600_000
const sweepContinuation = 1_000
const retryDelay = 5_000

/** A step wrote rows and told the audit outbox nothing. A defect of ours; the transaction does not commit. */
class Unaudited extends Schema.TaggedError<Unaudited>()("Unaudited", { step: Schema.String }) {}

export abstract class StepObject extends DurableObject<Env> {
  protected abstract readonly spec: StepObjectSpec
  private schemaProblem: string | null | undefined
  private alarmAt: number | null | undefined
  private sweepAt: number | undefined
  private sweepPosition: SweepPosition = beginning

  /** The one clock of this object, in milliseconds. */
  protected now(): number {
    return Date.now()
  }

  private get storage(): DurableObjectState["storage"] {
    return this.ctx.storage
  }

  private get sql(): SqlStorage {
    return this.ctx.storage.sql
  }

  /** Runs a step; called by the Worker. Request and answer are JSON, so that versions may differ by a field. */
  async run(name: string, request: string): Promise<string> {
    this.alarmAt ??= await this.storage.getAlarm()
    const cost: SqlCost = { read: 0, written: 0 }
    return JSON.stringify({ ...this.answer(name, request, cost), ...cost })
  }

  private answer(name: string, request: string, cost: SqlCost): Pick<StepAnswer, "_tag" | "value"> {
    const failed = (value: string) => ({ _tag: "failed" as const, value })
    this.schemaProblem ??= migrate(this.storage, this.spec.migrations) ?? null
    if (this.schemaProblem !== null) return failed(this.schemaProblem)
    const step: Step<unknown, unknown, unknown, unknown> | undefined = this.spec.steps[name]
    if (step === undefined) return failed(`this object knows no step ${name}`)
    const decoded = Schema.decodeUnknownResult(step.request)(JSON.parse(request))
    if (Result.isFailure(decoded)) return failed(`the request of ${name} is of another version of this code`)
    try {
      const result = this.storage.transactionSync(() => this.transact(name, step, decoded.success, cost))
      return Result.isSuccess(result)
        ? { _tag: "reply", value: result.success }
        : { _tag: "refusal", value: result.failure }
    } catch (problem) {
      // Thrown in the transaction, so it was rolled back; anything else reaches the caller as an unknown outcome.
      if (problem instanceof UnreadableRow)
        return failed(`a row of ${problem.table} is of another version of this code`)
      throw problem
    }
  }

  private transact(
    name: string,
    step: Step<unknown, unknown, unknown, unknown>,
    request: unknown,
    cost: SqlCost
  ): Result.Result<unknown, unknown> {
    const now = this.now()
    const outbox = outboxWriter(this.sql, cost, now)
    const tables = Object.fromEntries(
      Object.entries(this.spec.tables).map(([key, table]) => [key, sqlRows(this.sql, cost, table)])
    )
    const before = cost.written
    const result = step.run({ ...tables, now, audit: outbox.audit, mirror: outbox.mirror } as never, request)
    const wrote = cost.written > before
    if (outbox.write()) this.arm(now + this.spec.outboxDelay, cost)
    else if (wrote && step.quiet === undefined) throw new Unaudited({ step: name })
    else if (wrote) this.arm(now + sweepInterval, cost)
    return result
  }

  /** Sets the alarm unless it rings before that anyway. In the same turn as the writes, so it commits with them. */
  private arm(at: number, cost: SqlCost): void {
    if (this.alarmAt !== null && this.alarmAt !== undefined && this.alarmAt <= at) return
    this.alarmAt = at
    void this.storage.setAlarm(at)
    cost.written += 1
  }

  /** At least once, and beside requests; a throw would be counted, and after six the platform deletes the alarm. */
  override async alarm(): Promise<void> {
    this.alarmAt = null
    const cost: SqlCost = { read: 0, written: 0 }
    this.schemaProblem ??= migrate(this.storage, this.spec.migrations) ?? null
    if (this.schemaProblem !== null) {
      // Newer code has been here; it will be again, and its alarm must not be lost until then.
      this.arm(this.now() + sweepInterval, cost)
      return
    }
    const sent = await this.deliver(cost)
    if (sent === undefined) this.arm(this.now() + retryDelay, cost)
    this.sweep(sent === 0, cost)
    console.log(JSON.stringify({ event: "alarm", object: this.constructor.name, queueMessages: sent ?? 0, ...cost }))
  }

  /** How many messages the queue took; undefined if it did not take them all. */
  private async deliver(cost: SqlCost): Promise<number | undefined> {
    try {
      return await empty(this.sql, cost, outboxOf(this.env))
    } catch (problem) {
      console.error(JSON.stringify({ event: "outbox.undelivered", detail: String(problem) }))
      return undefined
    }
  }

  /** An alarm that had nothing to deliver rang for the sweep. */
  private sweep(rangForSweep: boolean, cost: SqlCost): void {
    const now = this.now()
    this.sweepAt ??= rangForSweep ? now : now + sweepInterval
    if (now >= this.sweepAt) {
      const next = sweepPage(this.sql, cost, this.spec.tables, this.sweepPosition, now)
      this.sweepPosition = next ?? beginning
      this.sweepAt = now + (next === undefined ? sweepInterval : sweepContinuation)
    }
    if (isWaiting(this.sql, cost)) this.arm(now + this.spec.outboxDelay, cost)
    else if (anyExpires(this.sql, cost, this.spec.tables)) this.arm(this.sweepAt, cost)
  }
}
