/**
 * What stands beside the Worker in `npm start`: a queue that survives a restart, and the binding to the operator.
 *
 * The local simulator keeps a queue in memory, so whatever an object had handed over would be gone with the process:
 * audit events, which must never be lost. Here a message is a row until the consumer has acknowledged it.
 */
import { DurableObject, WorkerEntrypoint } from "cloudflare:workers"

/** How wrangler.toml describes the consumer of a queue. */
export interface Consumer {
  readonly maxBatchSize?: number
  readonly maxRetries?: number
  readonly deadLetterQueue?: string
}

interface Message {
  readonly id: string
  readonly body: unknown
}

/** A message as the handler of queues of another Worker takes it. */
interface HandedMessage extends Message {
  readonly timestamp: Date
  readonly attempts: number
}

interface Letters {
  readonly put: (queue: string, messages: ReadonlyArray<Message>) => Promise<void>
}

interface LocalEnv {
  readonly CONSUMERS: Readonly<Record<string, Consumer>>
  readonly LETTERS: { readonly getByName: (name: string) => Letters }
  /** The Worker's own handler of queues. */
  readonly WORKER: {
    readonly queue: (name: string, messages: ReadonlyArray<HandedMessage>) => Promise<Outcome>
  }
}

interface Outcome {
  readonly outcome: string
  readonly retryBatch: { readonly retry: boolean }
  readonly retryMessages?: ReadonlyArray<{ readonly msgId: string; readonly delaySeconds?: number }>
}

interface Row {
  readonly [column: string]: string | number
  readonly seq: number
  readonly id: string
  readonly body: string
  readonly attempts: number
}

/** Milliseconds a message waits for others, and a failed one for its next turn unless the consumer says how long. */
const together = 100
const again = 5_000

/** The producer's side, as the Worker knows it: `env.OUTBOX`. */
export class LocalQueue extends WorkerEntrypoint<LocalEnv, { readonly queue: string }> {
  async sendBatch(messages: Iterable<{ readonly body: unknown }>): Promise<void> {
    const batch = [...messages].map(({ body }) => ({ id: crypto.randomUUID(), body }))
    await this.env.LETTERS.getByName("all").put(this.ctx.props.queue, batch)
  }
}

/** All queues, a row a message. */
export class LettersObject extends DurableObject<LocalEnv> implements Letters {
  constructor(...parameters: ConstructorParameters<typeof DurableObject<LocalEnv>>) {
    super(...parameters)
    this.ctx.storage.sql.exec(
      "CREATE TABLE IF NOT EXISTS letters (seq INTEGER PRIMARY KEY, queue TEXT NOT NULL, id TEXT NOT NULL, " +
        "body TEXT NOT NULL, attempts INTEGER NOT NULL, due INTEGER NOT NULL, at INTEGER NOT NULL)"
    )
  }

  async put(queue: string, messages: ReadonlyArray<Message>): Promise<void> {
    const now = Date.now()
    for (const { body, id } of messages) {
      this.ctx.storage.sql.exec(
        "INSERT INTO letters (queue, id, body, attempts, due, at) VALUES (?, ?, ?, 0, ?, ?)",
        queue,
        id,
        JSON.stringify(body),
        now,
        now
      )
    }
    await this.arm(now + together)
  }

  override async alarm(): Promise<void> {
    for (const queue of Object.keys(this.env.CONSUMERS)) while (await this.deliver(queue));
    const [next] = this.ctx.storage.sql.exec<{ due: number | null }>("SELECT min(due) AS due FROM letters").toArray()
    if (typeof next?.due === "number") await this.arm(Math.max(next.due, Date.now() + together))
  }

  /** One batch; false if there was none. */
  private async deliver(queue: string): Promise<boolean> {
    const { deadLetterQueue, maxBatchSize = 10, maxRetries = 3 } = this.env.CONSUMERS[queue] ?? {}
    const rows = this.ctx.storage.sql
      .exec<Row>(
        "SELECT * FROM letters WHERE queue = ? AND due <= ? ORDER BY seq LIMIT ?",
        queue,
        Date.now(),
        maxBatchSize
      )
      .toArray()
    if (rows.length === 0) return false
    const failed = await this.hand(queue, rows)
    for (const { attempts, seq } of rows) {
      const sql = this.ctx.storage.sql
      const delay = failed.get(seq)
      if (delay === undefined) sql.exec("DELETE FROM letters WHERE seq = ?", seq)
      else if (attempts < maxRetries)
        sql.exec("UPDATE letters SET attempts = attempts + 1, due = ? WHERE seq = ?", Date.now() + delay, seq)
      else if (deadLetterQueue !== undefined)
        sql.exec("UPDATE letters SET attempts = 0, queue = ?, due = ? WHERE seq = ?", deadLetterQueue, Date.now(), seq)
      else sql.exec("DELETE FROM letters WHERE seq = ?", seq)
    }
    return true
  }

  /** The numbers of those that were not acknowledged, and how many milliseconds they have to wait. */
  private async hand(queue: string, rows: ReadonlyArray<Row>): Promise<ReadonlyMap<number, number>> {
    const messages = rows.map(({ at, attempts, body, id }) => ({
      id,
      timestamp: new Date(Number(at)),
      attempts: attempts + 1,
      body: JSON.parse(body) as unknown
    }))
    const {
      outcome,
      retryBatch,
      retryMessages = []
    } = await this.env.WORKER.queue(queue, messages).catch((): Outcome => ({
      outcome: "exception",
      retryBatch: { retry: true }
    }))
    const all = outcome !== "ok" || retryBatch.retry
    const asked = new Map(retryMessages.map((one) => [one.msgId, (one.delaySeconds ?? again / 1000) * 1000]))
    return new Map(
      rows.flatMap(({ id, seq }) => {
        const delay = asked.get(id) ?? (all ? again : undefined)
        return delay === undefined ? [] : [[seq, delay] as const]
      })
    )
  }

  private async arm(at: number): Promise<void> {
    const rings = await this.ctx.storage.getAlarm()
    if (rings === null || rings > at) await this.ctx.storage.setAlarm(at)
  }
}
