/**
 * The world of one provider in a test: all state that its models hold, its time, and the way to call a part of it.
 *
 * Outside a simulation a call is executed at once, at the caller's clock; inside, it waits for its turn, and a fault
 * may befall it. A model is written once and knows neither: it keeps its state in `cells`, and answers in `call`.
 */
import { Clock, Context, Effect, Exit, Layer } from "effect"
import { AccessLog } from "./Access.ts"
import type { Befall, Fault } from "./Fault.ts"
import { Journal } from "./Journal.ts"

/** A call to a part of the platform: one that is executed as a whole, somewhere else, some time after it was sent. */
export interface Call<A = unknown, E = unknown> {
  /** Where it goes: one object, the database, one location. Each has a clock of its own. */
  readonly place: string
  readonly operation: string
  /** Does it, in one turn, at the place's time (milliseconds). */
  readonly execute: (now: number) => Exit.Exit<A, E>
  /** What may befall it. */
  readonly befalls: ReadonlyArray<Befall<E>>
}

/** Whoever runs a fiber in a simulation, and puts it aside while a call of it is under way. */
export interface Caller {
  /** What the isolate remembers in which it runs. */
  readonly memory: Map<string, unknown>
  readonly act: <A, E, R>(name: string, run: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  readonly suspend: <A, E>(call: Call<A, E>) => Effect.Effect<A, E>
}

/** Who runs this fiber; undefined outside a simulation. */
export const CurrentCaller = Context.Reference<Caller | undefined>("hapax/test/CurrentCaller", {
  defaultValue: () => undefined
})

/** Names a part of a client's program: one thing that it does, and what comes of it, in the history. */
export const act = <A, E, R>(name: string, run: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.withFiber((fiber) => fiber.getRef(CurrentCaller)?.act(name, run) ?? run)

/** Something that the platform does by itself: an alarm, a delivery of a queue, a cron. */
export interface Source {
  /** The name under which it moves, for people. */
  readonly name: string
  /**
   * Whether what it does is told by the cells that it touches, as a call's is: it neither looks at the time nor moves
   * it, and looks at all that its options depend on once more when it does one of them.
   */
  readonly isTimeless?: boolean
  /** What it may do now; each as a label, the fault it is, and doing it. In an order that depends on state alone. */
  readonly options: () => ReadonlyArray<{
    readonly label: string
    readonly fault: Fault | undefined
    readonly fire: () => void
  }>
}

/** What a run lends to the world while it lasts. */
export interface Running {
  readonly choose: (count: number, what: string) => number
  readonly isEnabled: (fault: Fault) => boolean
  /** Counts a fault that a model chose. */
  readonly befell: (fault: Fault) => void
  /** Sets off work of the platform's own, as a process of the run. */
  readonly spawn: (name: string, work: Effect.Effect<unknown, unknown, never>) => void
  /** By how much the clock of a place goes wrong, in milliseconds. */
  readonly skewOf: (place: string) => number
}

export class World {
  readonly journal = new Journal()
  readonly sources: Array<Source> = []
  /** Virtual milliseconds since the epoch, where no clock goes wrong. */
  time = 0
  /** Whether models keep state elsewhere than in cells: then nobody knows what a call touches. */
  isOpaque = false
  private readonly forgetting = new Map<string, Array<() => void>>()
  private running: Running | undefined
  private access: AccessLog | undefined
  private executing: string | undefined
  private events = 0

  /** Asks a part of the platform, now or when its turn has come. */
  call<A, E>(call: Call<A, E>): Effect.Effect<A, E> {
    return Effect.withFiber((fiber) => {
      const caller = fiber.getRef(CurrentCaller)
      return caller === undefined
        ? call.execute(fiber.getRef(Clock.Clock).currentTimeMillisUnsafe())
        : caller.suspend(call)
    })
  }

  /** One of `count` values that a model may answer with; 0, what an undisturbed platform does, outside a simulation. */
  choose(count: number, what: string): number {
    return count <= 1 || this.running === undefined ? 0 : this.running.choose(count, what)
  }

  /** Whether a fault may (still) happen in this run. */
  isEnabled(fault: Fault): boolean {
    // Where only so many faults may happen, one excludes another.
    this.read("faults")
    return this.running?.isEnabled(fault) ?? false
  }

  /** A model chose that a fault happens: it is one of those that may happen in a run. */
  befell(fault: Fault): void {
    this.access?.writes.push("faults")
    this.running?.befell(fault)
  }

  /** Whether a model lets a fault happen now, which it then has. */
  happens(fault: Fault, what: string): boolean {
    const isSo = this.isEnabled(fault) && this.choose(2, what) === 1
    if (isSo) this.befell(fault)
    return isSo
  }

  /** Sets off work of the platform's own; outside a simulation nothing happens by itself. */
  spawn(name: string, work: Effect.Effect<unknown, unknown, never>): void {
    this.running?.spawn(name, work)
  }

  /** An id for an audit event that does not depend on what others do. */
  nextEventId(): string {
    const number = String(++this.events).padStart(9, "0")
    return this.executing === undefined ? `event-${number}` : `${this.executing}-${number}`
  }

  /** Says how a place loses what it only remembers, when it begins anew. */
  forgetsBy(place: string, forget: () => void): void {
    this.forgetting.set(place, [...(this.forgetting.get(place) ?? []), forget])
  }

  /** Begins a place anew: what it only remembered is gone, what it stored is not. */
  restart(place: string): void {
    for (const forget of this.forgetting.get(place) ?? []) forget()
  }

  /** Begins all of them anew. */
  restartAll(): void {
    for (const place of this.forgetting.keys()) this.restart(place)
  }

  read(cell: string): void {
    this.access?.reads.push(cell)
  }

  wrote(cell: string, undo: () => void): void {
    this.access?.writes.push(cell)
    this.journal.wrote(undo)
  }

  /** What happens now cannot change places with anything: it moves the clock, or nobody knows what it touches. */
  movedClock(): void {
    if (this.access !== undefined) this.access.movesClock = true
  }

  scanned(prefix: string): void {
    this.access?.scans.push(prefix)
  }

  /** The time at a place: the world's, and what its clock is wrong by. */
  timeAt(place: string): number {
    return this.time + (this.running?.skewOf(place) ?? 0)
  }

  // -------------------------------------------------------------------------------------------------------------
  // For whoever runs it

  begin(running: Running): void {
    this.running = running
    this.events = 0
  }

  end(): void {
    this.running = undefined
    this.access = undefined
  }

  /** Does a call in the name of `who`; a throw of a model is a defect of the call. */
  execute(call: Call, who: string): Exit.Exit<unknown, unknown> {
    this.executing = who
    this.events = 0
    const { mark } = this.journal
    try {
      return call.execute(this.timeAt(call.place))
    } catch (defect) {
      // A call is a transaction: one that throws wrote nothing.
      this.journal.backTo(mark)
      return Exit.die(defect)
    } finally {
      if (this.isOpaque) this.movedClock()
      this.executing = undefined
    }
  }

  /** How much was touched since `beginAccess`. */
  get touched(): number {
    const { access } = this
    return access === undefined ? 0 : access.reads.length + access.writes.length + access.scans.length
  }

  /** Notes from here on what is touched. */
  beginAccess(): AccessLog {
    this.access = new AccessLog()
    return this.access
  }
}

/** The world that the models of a layer share. */
export class TestWorld extends Context.Service<TestWorld, World>()("hapax/test/TestWorld") {}

/** A new world. Layers that are built together share it, as all of one provider must. */
export const aWorld = Layer.sync(TestWorld, () => new World())
