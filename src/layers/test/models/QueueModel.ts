/**
 * A model of a queue: what it took is delivered at least once, in batches, and in no order that may be relied on.
 *
 * A batch that its consumer does not acknowledge comes again; a message that came too often goes to the dead-letter
 * queue, or is deleted if there is none. Deliveries are processes of the run. The faults are "duplicate delivery" (a
 * batch comes once more than it was acknowledged), "reordered delivery" (the latest message comes alone, before those
 * that wait longer) and "consumer failure"; of a send, those of any call whose answer may be lost.
 */
import { Effect, Exit, Schema } from "effect"
import { Cells } from "../kernel/Cells.ts"
import type { Befall } from "../kernel/Fault.ts"
import type { Source, World } from "../kernel/World.ts"
import { mayBeEnded } from "./BackgroundWork.ts"

/** A message as a consumer is given it. */
export interface Delivered {
  readonly id: string
  readonly body: unknown
  /** How often it was delivered, this time included. */
  readonly attempts: number
}

/** Works a batch off; answers with the ids of messages that are to come again. If it fails, all of them do. */
export type Consume = (messages: ReadonlyArray<Delivered>) => Effect.Effect<ReadonlyArray<string>, unknown>

export interface QueueSpec {
  readonly name: string
  readonly maxBatchSize: number
  /** How often a message comes again. */
  readonly maxRetries: number
  /** Where messages go that came too often; absent: they are deleted. */
  readonly deadLetters?: QueueModel
  readonly consume: Consume
}

/** The queue did not take a batch: it broke a limit, or the queue turned it away. */
export class QueueRefused extends Schema.TaggedError<QueueRefused>()("QueueRefused", { message: Schema.String }) {}

/** The queue did not answer: it may have taken the batch. */
export class QueueSilent extends Schema.TaggedError<QueueSilent>()("QueueSilent", { message: Schema.String }) {}

/** What the platform takes at once: messages, bytes of one, bytes of all. */
export const queueLimits = { batch: 100, messageBytes: 128 * 1_024, batchBytes: 256 * 1_024 }

interface Message {
  readonly id: string
  readonly body: unknown
  readonly retries: number
}

export class QueueModel implements Source {
  readonly name: string
  readonly isTimeless = true
  private readonly world: World
  private readonly spec: QueueSpec
  /** By their numbers, so in the order in which they came. */
  private readonly waiting: Cells<Message>
  /** Batches that were handed to a consumer and not settled, by the number of the delivery. */
  private readonly underWay: Cells<ReadonlyArray<Message>>
  private readonly counts: Cells<number>

  constructor(world: World, spec: QueueSpec) {
    this.world = world
    this.spec = spec
    this.name = spec.name
    this.waiting = new Cells(world, `${spec.name} waiting`)
    this.underWay = new Cells(world, `${spec.name} under way`)
    this.counts = new Cells(world, `${spec.name} counts`)
    world.sources.push(this)
  }

  /** Sends a batch, all of it or none. */
  sendBatch(bodies: ReadonlyArray<unknown>): Effect.Effect<void, QueueRefused | QueueSilent> {
    return this.world.call({
      place: this.name,
      operation: "Queue.sendBatch",
      execute: () => {
        const problem = broken(bodies)
        if (problem !== undefined) return refused(problem)
        for (const body of bodies) this.take(body)
        return Exit.void
      },
      befalls: befallsSend
    })
  }

  /** Puts a message into the queue, in the turn of whoever asks. */
  take(body: unknown): void {
    const number = this.next("message")
    this.waiting.set(number, { id: `${this.name} ${Number(number)}`, body, retries: 0 })
  }

  /** How many messages are on their way: waiting, or handed to a consumer and not settled. */
  get size(): number {
    return this.waiting.size + this.underWay.values().reduce((sum, batch) => sum + batch.length, 0)
  }

  options(): ReturnType<Source["options"]> {
    const waiting = this.waiting.entries()
    const latest = waiting.at(-1)
    if (latest === undefined) return []
    const batch = waiting.slice(0, this.spec.maxBatchSize)
    const spawn = (some: ReadonlyArray<readonly [string, Message]>, stays: boolean) => () => {
      const delivery = this.handOut(some, stays)
      this.world.spawn(`${this.name}, delivery ${Number(delivery)}`, this.deliver(delivery))
    }
    const said = batch.length === 1 ? latest[1].id : `${batch.length} messages to ${latest[1].id}`
    return [
      { label: `delivers ${said}`, fault: undefined, fire: spawn(batch, false) },
      { label: `delivers ${said}, and will again`, fault: "duplicate delivery", fire: spawn(batch, true) },
      ...(waiting.length === 1
        ? []
        : [{ label: `delivers ${latest[1].id}`, fault: "reordered delivery" as const, fire: spawn([latest], false) }])
    ]
  }

  /** Delivers what waits, outside a simulation: until nothing is left, or what is left failed its consumer. */
  readonly drain: Effect.Effect<void> = Effect.suspend(() => {
    const batch = this.waiting.entries().slice(0, this.spec.maxBatchSize)
    return batch.length === 0 ? Effect.void : Effect.andThen(this.deliver(this.handOut(batch, false)), this.drain)
  })

  // -------------------------------------------------------------------------------------------------------------

  private handOut(batch: ReadonlyArray<readonly [string, Message]>, stays: boolean): string {
    // What is in a batch depends on all that waits, and whoever adds to it cannot change places with the delivery.
    this.waiting.entries()
    const delivery = this.next("delivery")
    if (!stays) for (const [number] of batch) this.waiting.delete(number)
    this.underWay.set(
      delivery,
      batch.map(([, message]) => message)
    )
    return delivery
  }

  /** One invocation of the consumer. What it delivers it is told, so that it does the same whenever it is told so. */
  private deliver(delivery: string): Effect.Effect<void> {
    const here = { place: this.name, befalls: [] }
    const receive = this.world.call({
      ...here,
      operation: "Queue.receive",
      execute: () =>
        Exit.succeed(
          (this.underWay.get(delivery) ?? []).map(({ body, id, retries }) => ({ id, body, attempts: retries + 1 }))
        )
    })
    const settle = (exit: Exit.Exit<ReadonlyArray<string>, unknown>) =>
      this.world.call({
        ...here,
        operation: Exit.isSuccess(exit) ? "Queue.acknowledge" : "Queue.retryAll",
        execute: () => {
          const batch = this.underWay.get(delivery) ?? []
          this.underWay.delete(delivery)
          const again = Exit.isSuccess(exit) ? batch.filter(({ id }) => exit.value.includes(id)) : batch
          for (const message of again) this.again(message)
          return Exit.void
        }
      })
    return Effect.flatMap(receive, (batch) => Effect.exit(mayBeEnded(this.spec.consume(batch)))).pipe(
      Effect.flatMap(settle)
    )
  }

  private again(message: Message): void {
    const retries = message.retries + 1
    if (retries <= this.spec.maxRetries) this.waiting.set(this.next("message"), { ...message, retries })
    else this.spec.deadLetters?.take(message.body)
  }

  private next(what: "message" | "delivery"): string {
    const number = (this.counts.get(what) ?? 0) + 1
    this.counts.set(what, number)
    return String(number).padStart(9, "0")
  }
}

const encoder = new TextEncoder()

/** Which limit of the platform a batch breaks. */
const broken = (bodies: ReadonlyArray<unknown>): string | undefined => {
  const sizes = bodies.map((body) => encoder.encode(JSON.stringify(body)).length)
  if (bodies.length > queueLimits.batch) return `a batch of ${bodies.length} messages`
  if (sizes.some((size) => size > queueLimits.messageBytes)) return "a message of more than 128 KB"
  return sizes.reduce((sum, size) => sum + size, 0) > queueLimits.batchBytes ? "a batch of more than 256 KB" : undefined
}

const refused = (message: string) => Exit.fail(new QueueRefused({ message }))

const silent = Exit.fail(new QueueSilent({ message: "the queue did not answer" }))

const befallsSend: ReadonlyArray<Befall<QueueRefused | QueueSilent>> = [
  { fault: "lost reply", executes: "now", hears: silent },
  { fault: "lost request", executes: "never", hears: silent },
  { fault: "late execution", executes: "later", hears: silent },
  { fault: "overload", executes: "never", hears: refused("too many requests") }
]
