/**
 * One process of a simulation: a fiber that runs from suspension to suspension.
 *
 * What it does next depends on nothing but what it has heard: its replies, the time, its own randomness. So it is kept
 * as a tree of segments by what it heard, and the flow's code runs again only where a schedule tells it something that
 * no schedule before did; everywhere else the tree knows what it would do. `remembers: false` runs the code each time.
 */
import { Clock, Context, Effect, Exit, type Fiber, Random, References, Scheduler } from "effect"
import { SecureRandom } from "effect/crypto"
import { Around, type Call as Operation } from "../../../services/storage/Consistency.ts"
import { randomOf, RandomStream, secureRandomOf } from "../RandomStream.ts"
import type { FiberScheduler } from "./FiberScheduler.ts"
import { isSameExit } from "./SameData.ts"
import { virtualClock } from "./VirtualClock.ts"
import { type Call, type Caller, CurrentCaller, type World } from "./World.ts"

/** What a client does in its own turn, for the history. Keys number its operations and its actions. */
export type Emission =
  | { readonly _tag: "operation"; readonly key: number; readonly within: number; readonly call: Operation }
  | { readonly _tag: "action"; readonly key: number; readonly within: number; readonly name: string }
  | { readonly _tag: "ended"; readonly key: number; readonly exit: Exit.Exit<unknown, unknown> }

/** What it waits for: the answer of a call, or a time. */
export interface Suspension {
  readonly number: number
  /** The operation, or the action, in which it waits; -1 outside of any. */
  readonly within: number
  readonly call: Call | undefined
  /** How long it sleeps, in milliseconds; undefined if it does not. */
  readonly sleeps: number | undefined
}

/** What it did from one suspension to the next. */
export interface Segment {
  readonly emissions: ReadonlyArray<Emission>
  readonly suspensions: ReadonlyArray<Suspension>
  readonly exit: Exit.Exit<unknown, unknown> | undefined
  /** What it did next, by what it heard: the latest to be seen first. */
  readonly next: Array<{ readonly input: Input; readonly segment: Segment }>
}

/** What it hears. */
export type Input =
  | { readonly _tag: "begins"; readonly now: number }
  | {
      readonly _tag: "hears"
      readonly now: number
      readonly number: number
      readonly exit: Exit.Exit<unknown, unknown>
    }
  | { readonly _tag: "wakes"; readonly now: number; readonly number: number }
  | { readonly _tag: "hangs up"; readonly now: number }

/** A client did something else, having heard the same: something in it depends on the host. */
export class NotDeterministic extends Error {
  override readonly name = "NotDeterministic"
}

const nothing: Segment = { emissions: [], suspensions: [], exit: undefined, next: [] }

/** A segment remembers so many ways to go on. Where there are more, hardly any run goes the same way as another. */
const longMemory = 64

const CurrentSpan = Context.Reference<number>("hapax/test/CurrentSpan", { defaultValue: () => -1 })

export interface ClientSpec {
  readonly name: string
  /** The isolate it runs in: whoever shares it shares its memory and its clock. */
  readonly isolate: string
  readonly program: Effect.Effect<unknown, unknown, never>
  readonly context: Context.Context<never>
  readonly scheduler: FiberScheduler
  readonly world: World
  /** The memory of its isolate, if others run there too. */
  readonly shares: Map<string, unknown> | undefined
  readonly remembers: boolean
}

/** A client looked into the world otherwise than by a call: what it does depends on more than what it heard. */
export class NotByCall extends Error {
  override readonly name = "NotByCall"
}

export class Client implements Caller {
  readonly name: string
  readonly isolate: string
  at: Segment = nothing
  private own = new Map<string, unknown>()
  private readonly spec: ClientSpec
  private readonly random: RandomStream
  private readonly origin: Segment = { ...nothing, next: [] }
  private readonly open = new Map<number, { readonly suspension: Suspension; readonly resume: Resume }>()
  private path: Array<{ readonly input: Input; readonly segment: Segment }> = []
  private fiber: Fiber.Fiber<unknown, unknown> | undefined
  private emissions: Array<Emission> = []
  private now = 0
  private keys = 0

  constructor(spec: ClientSpec) {
    this.spec = spec
    this.name = spec.name
    this.isolate = spec.isolate
    this.random = new RandomStream(spec.name)
  }

  /** Begins anew, as if nothing had been. */
  begin(now: number): void {
    this.path = []
    this.at = this.origin
    this.fiber = undefined
    this.hear({ _tag: "begins", now })
  }

  /** Goes on to its next suspension. */
  hear(input: Input): void {
    const known = this.spec.remembers ? wayOn(this.at, input) : undefined
    if (known === undefined) {
      if (this.fiber === undefined && input._tag !== "begins") this.relive()
      const made = this.run(input)
      if (this.spec.remembers && this.at.next.unshift({ input, segment: made }) > longMemory) this.at.next.pop()
      this.at = made
    } else {
      // The fiber stands at another place of the tree now: whoever needs it has to live it again.
      this.fiber = undefined
      this.at = known
    }
    this.path.push({ input, segment: this.at })
  }

  /** What its isolate remembers. */
  get memory(): Map<string, unknown> {
    const { shares, world } = this.spec
    if (shares === undefined) return this.own
    // Whoever looks at what others may have changed cannot change places with them.
    world.movedClock()
    if (shares.size > 0 && world.happens("isolate lost", `${this.isolate} is gone`)) shares.clear()
    return shares
  }

  /** How far it has come. */
  get moves(): number {
    return this.path.length
  }

  suspend<A, E>(call: Call<A, E>): Effect.Effect<A, E> {
    return this.wait(call as Call, undefined) as Effect.Effect<A, E>
  }

  sleep(millis: number): Effect.Effect<void> {
    return Effect.asVoid(this.wait(undefined, millis) as Effect.Effect<unknown>)
  }

  millis(): number {
    return this.now
  }

  /** Stands around an operation: notes that it began, and how it ended. */
  observe<A, E, R>(call: Operation, run: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> {
    return this.spanned(run, (key, within) => ({ _tag: "operation", key, within, call }))
  }

  /** Names a part of the program, as one thing that a client did. */
  act<A, E, R>(name: string, run: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> {
    return this.spanned(run, (key, within) => ({ _tag: "action", key, within, name }))
  }

  private spanned<A, E, R>(
    run: Effect.Effect<A, E, R>,
    began: (key: number, within: number) => Emission
  ): Effect.Effect<A, E, R> {
    return Effect.withFiber((fiber) => {
      const key = this.keys++
      this.emissions.push(began(key, fiber.getRef(CurrentSpan)))
      return Effect.onExit(Effect.provideService(run, CurrentSpan, key), (exit) => {
        this.emissions.push({ _tag: "ended", key, exit })
        return Effect.void
      })
    })
  }

  private wait(call: Call | undefined, sleeps: number | undefined): Effect.Effect<unknown, unknown> {
    return Effect.withFiber((fiber) => {
      const within = fiber.getRef(CurrentSpan)
      return Effect.callback<unknown, unknown>((resume) => {
        const number = this.keys++
        this.open.set(number, { suspension: { number, within, call, sleeps }, resume })
        return Effect.sync(() => this.open.delete(number))
      })
    })
  }

  /** Lives its past again, so that its fiber stands where it is now. */
  private relive(): void {
    for (const { input, segment } of this.path) {
      if (!isSame(this.run(input), segment)) {
        throw new NotDeterministic(`${this.name} heard the same twice and did not do the same`)
      }
      // A run knows what still waits by the suspension itself: it stays the tree's.
      for (const suspension of segment.suspensions) {
        const waits = this.open.get(suspension.number)
        if (waits !== undefined) this.open.set(suspension.number, { ...waits, suspension })
      }
    }
  }

  private run(input: Input): Segment {
    const { touched } = this.spec.world
    this.now = input.now
    this.emissions = []
    switch (input._tag) {
      case "begins":
        this.keys = 0
        this.open.clear()
        this.own = new Map()
        this.random.restart(this.name)
        // Services too: what makes UUIDv7 remembers the last one.
        this.fiber = Effect.runForkWith(surround(this.spec, this, this.random))(this.spec.program)
        break
      case "hears":
        this.take(input.number)?.(input.exit)
        break
      case "wakes":
        this.take(input.number)?.(Exit.void)
        break
      case "hangs up":
        this.fiber?.interruptUnsafe()
    }
    this.spec.scheduler.drain()
    if (this.spec.remembers && this.spec.world.touched > touched) throw new NotByCall(this.name)
    return {
      emissions: this.emissions,
      suspensions: [...this.open.values()].map(({ suspension }) => suspension),
      exit: this.fiber?.pollUnsafe(),
      next: []
    }
  }

  private take(number: number): Resume | undefined {
    const found = this.open.get(number)
    this.open.delete(number)
    return found?.resume
  }
}

type Resume = (effect: Effect.Effect<unknown, unknown>) => void

const wayOn = ({ next }: Segment, input: Input): Segment | undefined => {
  for (const way of next) if (isSameInput(way.input, input)) return way.segment
  return undefined
}

const isSameInput = (a: Input, b: Input): boolean => {
  if (a._tag !== b._tag || a.now !== b.now) return false
  switch (a._tag) {
    case "begins":
    case "hangs up":
      return true
    case "wakes":
      return b._tag === "wakes" && a.number === b.number
    case "hears":
      return b._tag === "hears" && a.number === b.number && isSameExit(a.exit, b.exit)
  }
}

const isSame = (a: Segment, b: Segment): boolean =>
  a.suspensions.length === b.suspensions.length &&
  a.emissions.length === b.emissions.length &&
  a.suspensions.every(
    ({ call, number }, index) =>
      number === b.suspensions[index]?.number &&
      call?.operation === b.suspensions[index]?.call?.operation &&
      call?.place === b.suspensions[index]?.call?.place
  )

/** The services of the world around a client's program: its time, its randomness, and who stands around it. */
const surround = ({ context, scheduler }: ClientSpec, client: Client, random: RandomStream): Context.Context<never> => {
  const clock = virtualClock(
    () => client.millis(),
    (milliseconds) => client.sleep(milliseconds)
  )
  return context.pipe(
    Context.add(Scheduler.Scheduler, scheduler),
    Context.add(References.TracerEnabled, false),
    Context.add(References.MinimumLogLevel, "None"),
    Context.add(Clock.Clock, clock),
    Context.add(Random.Random, randomOf(random)),
    Context.add(SecureRandom.SecureRandom, secureRandomOf(random)),
    Context.add(CurrentCaller, client),
    Context.add(Around, (call, run) => client.observe(call, run))
  )
}
