/**
 * A Worker for tests only: the production objects behind a small HTTP door, with a clock and a queue a test can set.
 *
 * Nothing of a step is changed: the classes are the production ones, but for `now()` and the binding of the queue.
 */
import type { DurableObjectState, MessageBatch, Queue } from "@cloudflare/workers-types"
import { AccountObject } from "../../src/layers/cloudflare/AccountObject.ts"
import { type Env, stubOf } from "../../src/layers/cloudflare/Bindings.ts"
import { KeyRingObject } from "../../src/layers/cloudflare/KeyRingObject.ts"
import type { StepObject } from "../../src/layers/cloudflare/StepObject.ts"
import { TicketObject } from "../../src/layers/cloudflare/TicketObject.ts"
import type { OutboxMessage } from "../../src/services/storage/AuditLog.ts"

/** One isolate runs the Worker and all of its objects, so what a test sets is there for all of them. */
const isolate = {
  /** The objects' clock, in milliseconds; null for the machine's own. */
  now: null as number | null,
  /** Whether the queue refuses everything. */
  queueIsDown: false,
  /** Whether the queue takes everything and its answer is lost. */
  queueAnswersAreLost: false,
  /** What was handed to the queue, batch by batch. */
  handed: [] as Array<ReadonlyArray<OutboxMessage>>,
  /** What the queue's consumer received. */
  received: [] as Array<OutboxMessage>,
  /** Every statement that ran in an object, if it is written down. */
  statements: undefined as Set<string> | undefined
}

const watchedQueue = (queue: Queue): Queue =>
  ({
    sendBatch: async (messages: Iterable<{ readonly body: OutboxMessage }>) => {
      if (isolate.queueIsDown) throw new Error("the queue is down")
      const batch = [...messages]
      isolate.handed.push(batch.map(({ body }) => body))
      await queue.sendBatch(batch as never)
      if (isolate.queueAnswersAreLost) throw new Error("the answer was lost")
    }
  }) as unknown as Queue

type Sql = DurableObjectState["storage"]["sql"]

const watchStatements = (sql: Sql) => {
  const exec = sql.exec.bind(sql)
  sql.exec = ((statement: string, ...parameters: Array<never>) => {
    isolate.statements?.add(statement)
    return exec(statement, ...parameters)
  }) as Sql["exec"]
}

/** What a test may ask an object besides its steps. */
export interface Watched {
  /** Rings the alarm now, and waits for it. */
  readonly ring: () => Promise<void>
  readonly alarmAt: () => Promise<number | null>
  /** Runs a statement once for each row of parameters, in one transaction. */
  readonly query: (statement: string, rows: ReadonlyArray<ReadonlyArray<string | number | null>>) => Promise<string>
}

type ObjectClass = new (ctx: DurableObjectState, env: Env) => StepObject

/** A class of objects as a test sees it. */
const watched = (Base: ObjectClass): ObjectClass =>
  class extends Base implements Watched {
    constructor(ctx: DurableObjectState, env: Env) {
      super(ctx, { ...env, OUTBOX: watchedQueue(env.OUTBOX) })
      watchStatements(ctx.storage.sql)
    }

    protected override now(): number {
      return isolate.now ?? super.now()
    }

    async ring() {
      await this.alarm()
    }

    async alarmAt() {
      return this.ctx.storage.getAlarm()
    }

    async query(statement: string, rows: ReadonlyArray<ReadonlyArray<string | number | null>>) {
      const { sql } = this.ctx.storage
      return JSON.stringify(
        this.ctx.storage.transactionSync(() => rows.flatMap((row) => sql.exec(statement, ...row).toArray()))
      )
    }
  }

class WatchedAccount extends watched(AccountObject) {}
class WatchedTicket extends watched(TicketObject) {}
class WatchedKeyRing extends watched(KeyRingObject) {}
export { WatchedAccount as AccountObject, WatchedKeyRing as KeyRingObject, WatchedTicket as TicketObject }

const handlers: Record<string, (env: Env, body: never) => unknown> = {
  step: (env, { binding, name, step, request }: { binding: "ACCOUNT"; name: string; step: string; request: string }) =>
    stubOf(env[binding], name).run(step, request)
}

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const handler = handlers[new URL(request.url).pathname.slice(1)]
    if (handler === undefined) return new Response(null, { status: 404 })
    return Response.json((await handler(env, (await request.json()) as never)) ?? null)
  },
  async queue(batch: MessageBatch<OutboxMessage>): Promise<void> {
    isolate.received.push(...batch.messages.map(({ body }) => body))
    batch.ackAll()
  }
}
