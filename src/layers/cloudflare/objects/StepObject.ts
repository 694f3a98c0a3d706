/**
 * A Durable Object that runs steps: decode, one synchronous transaction, encode.
 *
 * `AccountObject`, `TicketObject` and `KeyRingObject` are this class with their own tables and steps. One alarm serves
 * the outbox and the sweep.
 */
import type { DurableObjectState, SqlStorage } from "@cloudflare/workers-types"
import { Result, Schema } from "effect"
import { DurableObject } from "cloudflare:workers"
import type { AuditEvent } from "../../../domain/AuditEvent.ts"
import {
  type Alarmed,
  type AlarmMemory,
  arm,
  wake,
  beginRinging,
  endRinging,
  lookedUp,
  type Ringing,
  ringsBy,
  sweepsAgainAt
} from "../../objects/Alarm.ts"
import { afterTaken, type OutboxRows, startHandOver } from "../../objects/HandOver.ts"
import { SaidBefore } from "../../objects/SaidBefore.ts"
import type { Step, Steps } from "../../objects/Step.ts"
import type { TableSpecs } from "../../objects/Table.ts"
import { leaveSign } from "../r2/AlertsR2.ts"
import { type Env, outboxOf, signsOf } from "../Bindings.ts"
import { migrate, type ObjectMigrations } from "./ObjectSchema.ts"
import { isWaiting, outboxRows, outboxWriter } from "./Outbox.ts"
import type { StepAnswer } from "./StepAnswer.ts"
import { type SqlCost, sqlRows, UnreadableRow } from "./SqlRows.ts"
import { isRewriting, rewritePage } from "./Rewrite.ts"
import { sweep } from "./Sweep.ts"

/** What a class of objects is made of. */
export interface StepObjectSpec {
  readonly tables: TableSpecs
  readonly steps: Steps
  readonly migrations: ObjectMigrations
  /** How long the outbox waits for more to happen before it is handed over, in milliseconds. */
  readonly outboxDelay: number
}

/** A step wrote rows and told the audit outbox nothing. A defect of ours; the transaction does not commit. */
class Unaudited extends Schema.TaggedError<Unaudited>()("Unaudited", { message: Schema.String }) {}

type UnknownStep = Step<unknown, unknown, unknown, unknown>

/** What an object is asked for, and by whom, if anybody says so. */
interface Asked {
  readonly name: string
  readonly request: string
  readonly by: string | undefined
}

/** The same, read. */
interface Decoded extends Omit<Asked, "request"> {
  readonly request: unknown
  readonly step: UnknownStep
}

/** The step's result, by when the alarm has to ring for what it wrote, and what it said of security. */
interface Transacted {
  readonly result: Result.Result<unknown, unknown>
  readonly ringAt: number | undefined
  readonly security: ReadonlyArray<AuditEvent>
}

export abstract class StepObject extends DurableObject<Env> {
  protected abstract readonly spec: StepObjectSpec
  /** Why the schema is not ours; null if it is, undefined until it was looked at. */
  private schemaProblem: string | null | undefined
  private readonly alarmMemory: AlarmMemory = { at: undefined, isRinging: false }
  private readonly saidBefore = new SaidBefore()
  private signedAt = -Infinity

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
  async run(name: string, request: string, by?: string): Promise<string> {
    if (this.alarmMemory.at === undefined) lookedUp(this.alarmMemory, await this.storage.getAlarm())
    const cost: SqlCost = { read: 0, written: 0 }
    return JSON.stringify({ ...this.answer({ name, request, by }, cost), ...cost })
  }

  private answer({ by, name, request }: Asked, cost: SqlCost): Omit<StepAnswer, keyof SqlCost> {
    const failed = (value: string) => ({ _tag: "failed" as const, value })
    const isFirst = this.schemaProblem === undefined
    const strange = this.strangeSchema()
    // An alarm sees to the next one itself.
    if (isFirst && isRewriting(this.sql)) arm(this.alarmed(cost), sweepsAgainAt(this.now(), false))
    if (strange !== null) return failed(strange)
    const step: UnknownStep | undefined = Object.hasOwn(this.spec.steps, name) ? this.spec.steps[name] : undefined
    if (step === undefined) return failed(`this object knows no step ${name}`)
    const decoded = Schema.decodeUnknownResult(Schema.fromJsonString(step.request))(request)
    if (Result.isFailure(decoded)) return failed(`the request of ${name} is of another version of this code`)
    const now = this.now()
    try {
      const done = this.storage.transactionSync(() =>
        this.transact({ name, by, step, request: decoded.success }, now, cost)
      )
      // After the transaction, so that one that is rolled back sets none; in its turn, so that they commit together.
      if (step.wakes === true) wake(this.alarmed(cost), now + this.spec.outboxDelay)
      if (done.ringAt !== undefined) arm(this.alarmed(cost), done.ringAt)
      const told = this.saidBefore.tell(name, request, done.security, now)
      const security = told.length === 0 ? {} : { security: told }
      return Result.isSuccess(done.result)
        ? { _tag: "reply", value: done.result.success, ...security }
        : { _tag: "refusal", value: done.result.failure, ...security }
    } catch (problem) {
      // Thrown in the transaction, so it was rolled back; anything else reaches the caller as an unknown outcome.
      if (problem instanceof UnreadableRow)
        return failed(`a row of ${problem.table} is of another version of this code`)
      throw problem
    }
  }

  private transact({ by, name, request, step }: Decoded, now: number, cost: SqlCost): Transacted {
    const { audit, mirror, security, tell, write } = outboxWriter(this.sql, cost, now, by)
    const tables = Object.fromEntries(
      Object.entries(this.spec.tables).map(([key, table]) => [key, sqlRows(this.sql, cost, table)])
    )
    const before = cost.written
    const result = step.run(
      { ...tables, now, audit, mirror, tell, bytes: () => this.sql.databaseSize } as never,
      request
    )
    const wrote = cost.written > before
    const said = write()
    if (wrote && !said && step.quiet === undefined)
      throw new Unaudited({ message: `${name} wrote and told the audit nothing` })
    const ringAt = ringsBy({ now, said, wrote, outboxDelay: this.spec.outboxDelay })
    return { result, ringAt, security: security() }
  }

  /** The sentence that says why the schema is not ours; null if it is. */
  private strangeSchema(): string | null {
    if (this.schemaProblem === undefined) this.schemaProblem = migrate(this.storage, this.spec.migrations) ?? null
    return this.schemaProblem
  }

  private alarmed(cost: SqlCost): Alarmed {
    return {
      memory: this.alarmMemory,
      now: () => this.now(),
      setAlarm: (at) => {
        void this.storage.setAlarm(at)
        cost.written += 1
      }
    }
  }

  private ringing(cost: SqlCost): Ringing {
    return {
      ...this.alarmed(cost),
      isStrange: () => this.strangeSchema() !== null,
      outbox: outboxRows(this.sql, cost),
      isWaiting: () => isWaiting(this.sql, cost),
      outboxDelay: this.spec.outboxDelay,
      sweep: (now) => this.tidyUnlessBroken(now, cost)
    }
  }

  /** At least once, and beside requests; a throw would be counted, and after six the platform deletes the alarm. */
  override async alarm(): Promise<void> {
    const cost: SqlCost = { read: 0, written: 0 }
    const object = this.ringing(cost)
    if (!beginRinging(object)) return
    const sent = await this.deliver(object.outbox)
    endRinging(object, sent)
    console.log(JSON.stringify({ event: "alarm", object: this.constructor.name, queueMessages: sent ?? 0, ...cost }))
  }

  /** How many messages the queue took; undefined if it did not take them all. */
  private async deliver(outbox: OutboxRows): Promise<number | undefined> {
    try {
      let handOver = startHandOver(outbox)
      for (;;) {
        const [batch] = handOver.batches
        if (batch === undefined) return handOver.sent
        await outboxOf(this.env).sendBatch(batch.map((body) => ({ body })))
        handOver = afterTaken(outbox, handOver)
      }
    } catch (problem) {
      console.error(JSON.stringify({ event: "outbox.undelivered", detail: String(problem) }))
      await this.signUndelivered()
      return undefined
    }
  }

  /** For the alerts, past the queue; at most once a minute, because R2 takes one a second of a name. */
  private async signUndelivered(): Promise<void> {
    const at = this.now()
    if (at < this.signedAt + 60_000) return
    this.signedAt = at
    try {
      await leaveSign(signsOf(this.env), { name: "outbox.waiting", detail: { object: this.constructor.name }, at })
    } catch (problem) {
      console.error(JSON.stringify({ event: "sign.undelivered", detail: String(problem) }))
    }
  }

  /** Rows of an older form, then rows that have expired: a page of each. Says when it is time to go on. */
  private tidyUnlessBroken(now: number, cost: SqlCost): number | undefined {
    try {
      const { migrations, tables } = this.spec
      const isLeft = this.storage.transactionSync(() => rewritePage(this.sql, cost, migrations))
      const due = this.storage.transactionSync(() => sweep(this.sql, cost, tables, now))
      return isLeft ? sweepsAgainAt(now, false) : due
    } catch (problem) {
      console.error(JSON.stringify({ event: "sweep.failed", detail: String(problem) }))
      return sweepsAgainAt(now, true)
    }
  }
}
