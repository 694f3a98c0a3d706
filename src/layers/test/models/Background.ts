/**
 * What goes on behind the requests, in memory: outboxes, alarms, the queue with its consumer, and the dead letters.
 *
 * `memoryBackground` is merged over a provider (`Memory`). Then a step sets its object's alarm as in production, the
 * alarm hands the outbox to the queue, and the queue delivers to the production consumers, which this room may not
 * know: whoever makes the layer says which they are. A scenario has it run `between` its clients' moments or `after`.
 */
import { Context, Effect, Exit, Layer, Schema } from "effect"
import { accountTables } from "../../objects/AccountTables.ts"
import { beginRinging, endRinging, outboxDelays, type Ringing } from "../../objects/Alarm.ts"
import { afterTaken, type HandOver, startHandOver } from "../../objects/HandOver.ts"
import { keyRingTables } from "../../objects/KeyRingSteps.ts"
import { limiterTables } from "../../objects/LimiterSteps.ts"
import { ticketTables } from "../../objects/TicketTables.ts"
import type { EventualStorage } from "../../../services/storage/Storage.ts"
import type { Befall } from "../kernel/Fault.ts"
import { TestWorld, type World } from "../kernel/World.ts"
import { MemoryWorld } from "../Memory.ts"
import { MemoryQueue } from "../MemoryLetters.ts"
import type { MemoryObjects, Stepped } from "../MemoryObjects.ts"
import { AlarmModel } from "./AlarmModel.ts"
import { type BackgroundClass, BackgroundObject } from "./BackgroundObject.ts"
import { type Delivered, QueueModel } from "./QueueModel.ts"

/** The consumers of the queues in `wrangler.toml`. A test holds these numbers against it. */
export const consumers = {
  outbox: { name: "hapax-outbox", maxBatchSize: 100, maxRetries: 5 },
  dead: { name: "hapax-outbox-dead", maxBatchSize: 100, maxRetries: 100 }
} as const

/** Works a batch off, and says which messages are to come again. */
export type Consumer<R> = (messages: ReadonlyArray<Delivered>) => Effect.Effect<ReadonlyArray<string>, unknown, R>

export interface BackgroundSpec<R, Dead> {
  readonly outbox: Consumer<R>
  readonly dead: Consumer<Dead>
  /** What an alarm sees of its object; a mutant puts something else in its place. */
  readonly sees?: (object: Ringing) => Ringing
  /** How far ahead an alarm may be set to ring in a run, in milliseconds; ten minutes, so that no sweep comes again. */
  readonly horizon?: number
}

/** A look behind the requests. */
export class MemoryBackground extends Context.Service<
  MemoryBackground,
  {
    readonly alarms: AlarmModel
    readonly outbox: QueueModel
    readonly dead: QueueModel
    /** Does all that waits to be done, outside a run: a set-up ends with it, so that runs begin with nothing to do. */
    readonly drain: Effect.Effect<void>
  }
>()("hapax/test/MemoryBackground") {}

export const memoryBackground = <R, Dead>(
  spec: BackgroundSpec<R, Dead>
): Layer.Layer<MemoryBackground, never, R | Dead | MemoryWorld | EventualStorage<"Memory.Queue"> | TestWorld> =>
  Layer.effect(
    MemoryBackground,
    Effect.gen(function* () {
      const world = yield* TestWorld
      const objects = yield* MemoryWorld
      const context = yield* Effect.context<R | Dead>()
      // What the run says of its process (clock, caller, chance) wins over what stood around when this was built.
      const within =
        (consumer: Consumer<R | Dead>) =>
        (messages: ReadonlyArray<Delivered>): Effect.Effect<ReadonlyArray<string>, unknown> =>
          Effect.updateContext(consumer(messages), (process: Context.Context<never>) => Context.merge(context, process))
      const dead = new QueueModel(world, { ...consumers.dead, consume: within(spec.dead) })
      const outbox = new QueueModel(world, { ...consumers.outbox, consume: within(spec.outbox), deadLetters: dead })
      const letters = yield* MemoryQueue
      letters.background.keep = (letter) => outbox.take({ _tag: "letter", letter })
      const homes = new Homes(world, outbox, spec)
      homes.watch(objects.accounts, { tables: accountTables, outboxDelay: outboxDelays.account })
      homes.watch(objects.tickets, { tables: ticketTables, outboxDelay: outboxDelays.ticket })
      homes.watch(objects.limiters, { tables: limiterTables, outboxDelay: outboxDelays.limiter })
      homes.watch(objects.keyRing, { tables: keyRingTables, outboxDelay: outboxDelays.keyRing })
      const drain = Effect.andThen(homes.alarms.drain, Effect.andThen(outbox.drain, dead.drain))
      return { alarms: homes.alarms, outbox, dead, drain }
    })
  )

/** The object began anew while its alarm was handled: nobody goes on with it. */
class BeganAnew extends Schema.TaggedError<BeganAnew>()("BeganAnew", {}) {}

/** An older version of the code met a newer schema. */
class Strange extends Schema.TaggedError<Strange>()("Strange", {}) {}

/** The objects that ever did something, and their alarms. */
class Homes {
  readonly alarms: AlarmModel
  private readonly world: World
  private readonly queue: QueueModel
  private readonly sees: (object: Ringing) => Ringing
  private readonly homes = new Map<string, BackgroundObject>()

  constructor(
    world: World,
    queue: QueueModel,
    { horizon = 600_000, sees }: Pick<BackgroundSpec<never, never>, "horizon" | "sees">
  ) {
    this.world = world
    this.queue = queue
    this.sees = sees ?? ((object) => object)
    this.alarms = new AlarmModel(world, { handler: (place, ring) => this.handle(place, ring), horizon })
  }

  watch({ background }: Pick<MemoryObjects<never>, "background">, spec: BackgroundClass): void {
    background.keep = (stepped) => this.homeOf(stepped, spec).stepped(stepped)
  }

  private homeOf({ object }: Stepped, spec: BackgroundClass): BackgroundObject {
    const known = this.homes.get(object.place)
    if (known !== undefined) return known
    const made = new BackgroundObject(this.world, object, spec, this.alarms)
    this.homes.set(object.place, made)
    return made
  }

  /** `StepObject.alarm` in turns: each is one call to the object, and between two of them the queue gets a batch. */
  private handle(place: string, ring: string): Effect.Effect<"done" | "began anew"> {
    const turn = (operation: string, run: (object: Ringing) => HandOver | undefined, isStrange = false) =>
      this.turn(place, ring, operation, run, isStrange)
    const begin = (object: Ringing) => (beginRinging(object) ? startHandOver(object.outbox) : undefined)
    const deliver = Effect.gen({ self: this }, function* () {
      let handOver = yield* turn("Alarm.ring", begin)
      while (handOver !== undefined) {
        const [batch = []] = handOver.batches
        const sent = yield* Effect.exit(this.queue.sendBatch(batch))
        const before: HandOver = handOver
        handOver = yield* turn("Alarm.goOn", (object) => {
          if (Exit.isSuccess(sent)) return afterTaken(object.outbox, before)
          return void endRinging(object, undefined)
        })
      }
    })
    return deliver.pipe(
      Effect.catchTag("Strange", () => Effect.asVoid(turn("Alarm.ring by older code", begin, true))),
      Effect.as("done" as const),
      Effect.catch(() => Effect.succeed("began anew" as const))
    )
  }

  /** One turn of the handler, up to where it waits for the queue: what it hands over next, or undefined at its end. */
  private turn(
    place: string,
    ring: string,
    operation: string,
    run: (object: Ringing) => HandOver | undefined,
    isStrange: boolean
  ): Effect.Effect<HandOver | undefined, BeganAnew | Strange> {
    const isFirst = operation !== "Alarm.goOn"
    const execute = (now: number): Exit.Exit<HandOver | undefined, BeganAnew> => {
      const home = this.homes.get(place)
      if (home === undefined) throw new Error(`nobody is at home at ${place}`)
      if (isFirst) home.begins(ring)
      else if (!home.handles(ring)) return Exit.fail(new BeganAnew())
      const object = this.sees(home.ringing(now, isStrange))
      const handOver = run(object)
      if (handOver !== undefined && handOver.batches.length > 0) return Exit.succeed(handOver)
      if (handOver !== undefined) endRinging(object, handOver.sent)
      home.ends(ring)
      return Exit.succeed(undefined)
    }
    return this.world.call({ place, operation, execute, befalls: operation === "Alarm.ring" ? first : following })
  }
}

const following: ReadonlyArray<Befall<BeganAnew | Strange>> = [
  { fault: "restart", executes: "now", restarts: true, hears: "result" },
  { fault: "commit failure", executes: "undone", hears: Exit.fail(new BeganAnew()) }
]

const first: ReadonlyArray<Befall<BeganAnew | Strange>> = [
  ...following,
  { fault: "version skew", executes: "never", hears: Exit.fail(new Strange()) }
]
