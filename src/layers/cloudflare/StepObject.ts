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
import { sweep, sweepInterval } from "./Sweep.ts"

/** What a class of objects is made of. */
export interface StepObjectSpec {
  readonly tables: TableSpecs
  readonly steps: Steps
  readonly migrations: ObjectMigrations
  /** How long the outbox waits for more to happen before it is handed over, in milliseconds. */
  readonly outboxDelay: number
}

const retryDelay = 5_000

/** How long an alarm waits for the code that understands the schema to come back: a deploy takes minutes. */
const strangeDelay = 60_000

/** An alarm that is so much too late (milliseconds) is one that the platform gave up. */
const lostAlarm = 60_000

/** A step wrote rows and told the audit outbox nothing. A defect of ours; the transaction does not commit. */
class Unaudited extends Schema.TaggedError<Unaudited>()("Unaudited", { message: Schema.String }) {}

type UnknownStep = Step<unknown, unknown, unknown, unknown>

export abstract class StepObject extends DurableObject<Env> {
  protected abstract readonly spec: StepObjectSpec
  /** Why the schema is not ours; null if it is, undefined until it was looked at. */
  private schemaProblem: string | null | undefined
  /** When the alarm rings; null if none is set, undefined until it was looked at. */
  private alarmAt: number | null | undefined
  private isRinging = false

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
    if (this.alarmAt === undefined) {
      const set = await this.storage.getAlarm()
      // Another call may have set one while this one waited.
      if (this.alarmAt === undefined) this.alarmAt = set
    }
    const cost: SqlCost = { read: 0, written: 0 }
    return JSON.stringify({ ...this.answer(name, request, cost), ...cost })
  }

  private answer(name: string, request: string, cost: SqlCost): Pick<StepAnswer, "_tag" | "value"> {
    const failed = (value: string) => ({ _tag: "failed" as const, value })
    if (this.schemaProblem === undefined) this.schemaProblem = migrate(this.storage, this.spec.migrations) ?? null
    if (this.schemaProblem !== null) return failed(this.schemaProblem)
    const step: UnknownStep | undefined = Object.hasOwn(this.spec.steps, name) ? this.spec.steps[name] : undefined
    if (step === undefined) return failed(`this object knows no step ${name}`)
    const decoded = Schema.decodeUnknownResult(Schema.fromJsonString(step.request))(request)
    if (Result.isFailure(decoded)) return failed(`the request of ${name} is of another version of this code`)
    const now = this.now()
    try {
      const done = this.storage.transactionSync(() => this.transact(name, step, decoded.success, now, cost))
      // After the transaction, so that one that is rolled back sets none; in its turn, so that they commit together.
      if (done.ringAt !== undefined) this.arm(done.ringAt, cost)
      return Result.isSuccess(done.result)
        ? { _tag: "reply", value: done.result.success }
        : { _tag: "refusal", value: done.result.failure }
    } catch (problem) {
      // Thrown in the transaction, so it was rolled back; anything else reaches the caller as an unknown outcome.
      if (problem instanceof UnreadableRow)
        return failed(`a row of ${problem.table} is of another version of this code`)
      throw problem
    }
  }

  /** The step's result, and by when the alarm has to ring for what it wrote. */
  private transact(
    name: string,
    step: UnknownStep,
    request: unknown,
    now: number,
    cost: SqlCost
  ): { readonly result: Result.Result<unknown, unknown>; readonly ringAt: number | undefined } {
    const outbox = outboxWriter(this.sql, cost, now)
    const tables = Object.fromEntries(
      Object.entries(this.spec.tables).map(([key, table]) => [key, sqlRows(this.sql, cost, table)])
    )
    const before = cost.written
    const result = step.run({ ...tables, now, audit: outbox.audit, mirror: outbox.mirror } as never, request)
    const wrote = cost.written > before
    if (outbox.write()) return { result, ringAt: now + this.spec.outboxDelay }
    if (wrote && step.quiet === undefined) throw new Unaudited({ message: `${name} wrote and told the audit nothing` })
    return { result, ringAt: wrote ? now + sweepInterval : undefined }
  }

  /** Sets the alarm unless it rings before that anyway. */
  private arm(at: number, cost: SqlCost): void {
    const set = this.alarmAt ?? undefined
    if (set !== undefined && set <= at && set > this.now() - lostAlarm) return
    this.alarmAt = at
    void this.storage.setAlarm(at)
    cost.written += 1
  }

  /** At least once, and beside requests; a throw would be counted, and after six the platform deletes the alarm. */
  override async alarm(): Promise<void> {
    this.alarmAt = null
    const cost: SqlCost = { read: 0, written: 0 }
    if (this.schemaProblem === undefined) this.schemaProblem = migrate(this.storage, this.spec.migrations) ?? null
    // Newer code has been here; it will be again, and its alarm must not be lost until then.
    if (this.schemaProblem !== null) return this.arm(this.now() + strangeDelay, cost)
    // Of two that hand over the same rows, one would delete what came in between under the numbers of the other's.
    if (this.isRinging) return this.arm(this.now() + retryDelay, cost)
    this.isRinging = true
    const sent = await this.deliver(cost)
    this.isRinging = false
    const now = this.now()
    if (sent === undefined) this.arm(now + retryDelay, cost)
    else if (isWaiting(this.sql, cost)) this.arm(now + this.spec.outboxDelay, cost)
    const sweepAt = this.sweepUnlessBroken(now, cost)
    if (sweepAt !== undefined) this.arm(sweepAt, cost)
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

  private sweepUnlessBroken(now: number, cost: SqlCost): number | undefined {
    try {
      return this.storage.transactionSync(() => sweep(this.sql, cost, this.spec.tables, now))
    } catch (problem) {
      console.error(JSON.stringify({ event: "sweep.failed", detail: String(problem) }))
      return now + sweepInterval
    }
  }
}
