/**
 * A Worker for tests only: the production objects behind a small HTTP door, with a clock and a queue a test can set.
 *
 * Nothing of a step is changed: the specifications are the production ones, but for `now()` and the queue's binding.
 * `Trial` is a class whose migrations and steps a test chooses, to try the machinery itself.
 */
import type { DurableObjectState, MessageBatch, Queue } from "@cloudflare/workers-types"
import { accountSpec } from "../../src/layers/cloudflare/objects/AccountObject.ts"
import { type Env, stubOf } from "../../src/layers/cloudflare/Bindings.ts"
import { keyRingSpec } from "../../src/layers/cloudflare/objects/KeyRingObject.ts"
import { limiterSpec } from "../../src/layers/cloudflare/objects/LimiterObject.ts"
import { StepObject, type StepObjectSpec } from "../../src/layers/cloudflare/objects/StepObject.ts"
import { ticketSpec } from "../../src/layers/cloudflare/objects/TicketObject.ts"
import type { OutboxMessage } from "../../src/services/storage/AuditLog.ts"
import { type TrialName, trialSpecs } from "./TrialSteps.ts"

export type Binding = "ACCOUNT" | "TICKET" | "LIMITER" | "KEY_RING" | "TRIAL"
type TestEnv = Env & { readonly TRIAL: Env["ACCOUNT"] }
export type Row = ReadonlyArray<string | number | null>

/** What a test may set and see. One isolate runs the Worker and all of its objects, so it is there for all of them. */
export interface Isolate {
  /** The objects' clock, in milliseconds; null for the machine's own. */
  now: number | null
  /** `down` refuses everything; `deaf` takes everything, and its answer is lost. */
  queue: "up" | "down" | "deaf"
  /** What was handed to the queue, batch by batch. */
  handed: Array<ReadonlyArray<OutboxMessage>>
  /** What the queue's consumer received. */
  received: Array<OutboxMessage>
  /** Every statement that ran in an object since it was last looked at, once each. */
  statements: Array<string>
  /** As which specification trial objects are made. */
  trial: TrialName
}

const isolate: Isolate = { now: null, queue: "up", handed: [], received: [], statements: [], trial: "first" }
const statements = new Set<string>()

const watchedQueue = (queue: Queue): Queue =>
  ({
    sendBatch: async (messages: Iterable<{ readonly body: OutboxMessage }>) => {
      if (isolate.queue === "down") throw new Error("the queue is down")
      const batch = [...messages]
      isolate.handed.push(batch.map(({ body }) => body))
      await queue.sendBatch(batch as never)
      if (isolate.queue === "deaf") throw new Error("the answer was lost")
    }
  }) as unknown as Queue

/** A production object as a test sees it. */
abstract class Watched extends StepObject {
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, { ...env, OUTBOX: watchedQueue(env.OUTBOX) })
    const { sql } = ctx.storage
    const exec = sql.exec.bind(sql)
    sql.exec = ((statement: string, ...parameters: Array<never>) => {
      statements.add(statement)
      return exec(statement, ...parameters)
    }) as typeof sql.exec
  }

  protected override now(): number {
    return isolate.now ?? super.now()
  }

  /** Rings the alarm now, as the platform does: it is gone while it rings. */
  async ring(): Promise<void> {
    await this.ctx.storage.deleteAlarm()
    await this.alarm()
  }

  /** Loses the alarm, as the platform does after six failures; the object is not told. */
  async loseAlarm(): Promise<void> {
    await this.ctx.storage.deleteAlarm()
  }

  /** When the platform will ring. */
  async alarmSet(): Promise<number | null> {
    return this.ctx.storage.getAlarm()
  }

  /** Runs a statement once for each row of parameters, in one transaction. */
  async query(statement: string, rows: ReadonlyArray<Row>): Promise<ReadonlyArray<Record<string, unknown>>> {
    const { sql } = this.ctx.storage
    return this.ctx.storage.transactionSync(() => rows.flatMap((row) => sql.exec(statement, ...row).toArray()))
  }
}

export class AccountObject extends Watched {
  protected override readonly spec: StepObjectSpec = accountSpec
}

export class TicketObject extends Watched {
  protected override readonly spec: StepObjectSpec = ticketSpec
}

export class LimiterObject extends Watched {
  protected override readonly spec: StepObjectSpec = limiterSpec
}

export class KeyRingObject extends Watched {
  protected override readonly spec: StepObjectSpec = keyRingSpec
}

export class TrialObject extends Watched {
  protected override readonly spec: StepObjectSpec = trialSpecs[isolate.trial]
}

interface Asked {
  readonly binding: Binding
  readonly name: string
}

const watched = (env: TestEnv, { binding, name }: Asked) => stubOf(env[binding], name) as unknown as Watched

const door = {
  step: (env: TestEnv, asked: Asked & { readonly step: string; readonly request: string }) =>
    stubOf(env[asked.binding], asked.name).run(asked.step, asked.request),
  ring: (env: TestEnv, asked: Asked) => watched(env, asked).ring(),
  giveUp: (env: TestEnv, asked: Asked) => watched(env, asked).loseAlarm(),
  alarm: (env: TestEnv, asked: Asked) => watched(env, asked).alarmSet(),
  query: (env: TestEnv, asked: Asked & { readonly statement: string; readonly rows: ReadonlyArray<Row> }) =>
    watched(env, asked).query(asked.statement, asked.rows),
  set: (_env: TestEnv, asked: Partial<Isolate>) => {
    Object.assign(isolate, asked)
  },
  see: (_env: TestEnv, _asked: object): Isolate => {
    const seen = { ...isolate, statements: [...statements] }
    statements.clear()
    return seen
  }
}

export type Door = { readonly [K in keyof typeof door]: Parameters<(typeof door)[K]>[1] }

// A Worker is a default export.
// oxlint-disable-next-line import/no-default-export
export default {
  async fetch(request: Request, env: TestEnv): Promise<Response> {
    const handler = door[new URL(request.url).pathname.slice(1) as keyof typeof door]
    try {
      return Response.json({ answer: (await handler(env, (await request.json()) as never)) ?? null })
    } catch (problem) {
      // What a caller may look at in an error of an object: its message, and whether it was turned away.
      const { message, overloaded } = problem as { message?: string; overloaded?: boolean }
      return Response.json({ problem: { message, overloaded } })
    }
  },
  async queue(batch: MessageBatch<OutboxMessage>): Promise<void> {
    isolate.received.push(...batch.messages.map(({ body }) => body))
    batch.ackAll()
  }
}
