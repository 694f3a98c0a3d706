/**
 * A model of a Durable Object that keeps things in memory, and whose handlers wait for something that is not storage.
 *
 * A handler is a program of turns: what it does between two awaits is one turn, and at every await other requests get
 * in. When the object begins anew, its memory is gone; the instance that was replaced still lives for a while and may
 * answer from its own, unless it touches storage, which fails. So nothing read from memory alone is Strong, and the
 * token is of Eventual storage.
 */
import { Effect, Exit, Layer } from "effect"
import { storage } from "../../../services/storage/Storage.ts"
import { OutcomeUnknown, type StorageError } from "../../../services/storage/StorageError.ts"
import { Cells } from "../kernel/Cells.ts"
import { aWorld, TestWorld, type World } from "../kernel/World.ts"
import { befallsOf } from "../ObjectFaults.ts"

/** What a turn may touch. Whatever it does is done at once, or not at all. */
export interface Turn<V> {
  readonly memory: Pick<Cells<V>, "get" | "has" | "set" | "delete" | "under">
  readonly storage: Pick<Cells<V>, "get" | "has" | "set" | "delete" | "under">
  /** The object's time, in milliseconds. */
  readonly now: number
}

/** Runs a turn of a handler, in the instance in which it began. */
export type TakeTurn<V> = <A>(run: (turn: Turn<V>) => A) => Effect.Effect<A, StorageError>

export interface ObjectMemory<V> {
  /** A call whose handler awaits nothing but storage: one turn. */
  readonly call: <A>(operation: string, run: (turn: Turn<V>) => A) => Effect.Effect<A, StorageError>
  /** A call whose handler awaits other things between its turns. */
  readonly handle: <A, E, R>(
    operation: string,
    handler: (turn: TakeTurn<V>) => Effect.Effect<A, E, R>
  ) => Effect.Effect<A, E, R>
}

/** Objects with memory, by the places where they are. */
export interface ObjectMemories {
  readonly at: <V>(place: string) => ObjectMemory<V>
}

/** What objects remember. Eventual: an instance that was replaced answers from its memory without noticing. */
export const ObjectMemories = storage.eventual("Memory.ObjectMemory")<ObjectMemories>()

/** An instance that was replaced touched storage. */
class Replaced extends Error {
  override readonly name = "Replaced"
}

/** One object: what it remembers and stores, and what the instance before it remembered. */
class HeldObject<V> implements ObjectMemory<V> {
  private readonly world: World
  private readonly place: string
  private readonly memory: Cells<V>
  private readonly stored: Cells<V>
  private readonly before: Cells<V>
  private readonly instances: Cells<number>

  constructor(world: World, place: string) {
    this.world = world
    this.place = place
    this.before = new Cells(world, `${place} memory of the instance before`)
    this.instances = new Cells(world, `${place} instances`)
    // Before the memory forgets: what the replaced instance knew is still known to it.
    world.forgetsBy(place, () => this.replace())
    this.memory = new Cells(world, `${place} memory`, { memoryOf: place })
    this.stored = new Cells(world, `${place} storage`)
  }

  call<A>(operation: string, run: (turn: Turn<V>) => A): Effect.Effect<A, StorageError> {
    return this.handle(operation, (turn) => turn(run))
  }

  handle<A, E, R>(operation: string, handler: (turn: TakeTurn<V>) => Effect.Effect<A, E, R>): Effect.Effect<A, E, R> {
    return Effect.suspend(() => {
      let instance: number | undefined
      return handler((run) =>
        Effect.suspend(() => {
          const began = instance
          return this.world.call({
            place: this.place,
            operation,
            execute: (now) => this.turn(operation, run, now, began),
            befalls: befallsOf(operation)
          })
        }).pipe(
          Effect.map((done) => {
            instance = done.instance
            return done.value
          })
        )
      )
    })
  }

  private turn<A>(operation: string, run: (turn: Turn<V>) => A, now: number, began: number | undefined) {
    const current = this.instances.get("") ?? 0
    const isGone = Exit.fail(new OutcomeUnknown({ operation, detail: "the instance of the object has been replaced" }))
    // A handler goes on in the instance in which it began; a new call may still reach the one that was replaced.
    const mayBeOld = current > 0 && (began ?? current - 1) === current - 1
    const isOld = mayBeOld && this.world.choose(2, `the replaced instance of ${this.place} answers`) === 1
    if (!isOld && began !== undefined && began !== current) return isGone
    if (!isOld)
      return Exit.succeed({ value: run({ memory: this.memory, storage: this.stored, now }), instance: current })
    try {
      return Exit.succeed({ value: run({ memory: this.before, storage: broken, now }), instance: current - 1 })
    } catch (problem) {
      if (problem instanceof Replaced) return isGone
      throw problem
    }
  }

  private replace(): void {
    this.before.clear()
    for (const [key, value] of this.memory.entries()) this.before.set(key, value)
    this.instances.set("", (this.instances.get("") ?? 0) + 1)
  }
}

const refuse = (): never => {
  throw new Replaced()
}

/** The storage of an instance that was replaced. */
const broken: Turn<never>["storage"] = { get: refuse, has: refuse, set: refuse, delete: refuse, under: refuse }

/** Objects with memory in a world. */
export const objectMemoriesIn = (world: World): ObjectMemories => {
  const held = new Map<string, HeldObject<never>>()
  return {
    at: <V>(place: string) => {
      const object = held.get(place) ?? new HeldObject<never>(world, place)
      held.set(place, object)
      return object as unknown as ObjectMemory<V>
    }
  }
}

/** The objects with memory of the test's world. */
export const MemoryObjectMemories = Layer.effect(
  ObjectMemories,
  TestWorld.use((world) => Effect.succeed(objectMemoriesIn(world)))
).pipe(Layer.provideMerge(aWorld))
