/** A scenario made ready to run: its layer built, its set-up done, its clients waiting in the wings. */
import { Clock, Context, Effect, type Exit, Layer, References, Scheduler, Scope } from "effect"
import { SecureRandom } from "effect/crypto"
import type { Scenario } from "../Scenario.ts"
import { RandomStream, secureRandomOf } from "../RandomStream.ts"
import type { Chooser } from "./Chooser.ts"
import { Client } from "./Client.ts"
import { FiberScheduler } from "./FiberScheduler.ts"
import type { Ended, Plan } from "./Plan.ts"
import { Run } from "./Run.ts"
import { virtualClock } from "./VirtualClock.ts"
import { TestWorld, type World } from "./World.ts"

/** The moment at which every run begins: 2030-01-01T00:00:00Z. */
export const dawn = 1_893_456_000_000

export interface StageOptions {
  /** Whether every moment is written down. */
  readonly traced: boolean
  /** Whether clients are kept as trees of what they heard, or their code runs in every run. */
  readonly remembers: boolean
  /** Hears of every call that was executed. */
  readonly observe?: Plan["observe"]
}

export class Stage<S, R> {
  readonly scene: S
  private readonly plan: Plan
  private readonly context: Context.Context<R | TestWorld>
  private readonly numbers = new Map<string, number>()
  private readonly beginning: number

  private constructor(plan: Plan, context: Context.Context<R | TestWorld>, scene: S) {
    this.plan = plan
    this.context = context
    this.scene = scene
    plan.world.journal.keep()
    this.beginning = plan.world.time
  }

  /** Builds the layer and does the set-up. */
  static make<S, R>(
    scenario: Scenario<S, R>,
    { observe, remembers, traced }: StageOptions
  ): Effect.Effect<Stage<S, R>> {
    return Effect.gen(function* () {
      const built = yield* Layer.buildWithScope(scenario.layer, Scope.makeUnsafe())
      const world = Context.get(built, TestWorld)
      world.time = dawn
      world.isOpaque = scenario.rebuilds === true
      const scheduler = new FiberScheduler()
      const context = peaceful(built, world)
      const scene = yield* Effect.orDie(Effect.provideContext(scenario.setup, context))
      const shared = new Map(Object.values(scenario.isolates ?? {}).map((isolate) => [isolate, new Map()]))
      const processOf = (name: string, program: Effect.Effect<unknown, unknown, R>, isolate: string) =>
        new Client({
          name,
          isolate,
          program: program as Effect.Effect<unknown, unknown>,
          context: context as Context.Context<never>,
          scheduler,
          world,
          shares: shared.get(isolate),
          remembers: remembers && !shared.has(isolate)
        })
      const clients = Object.entries(scenario.clients(scene)).map(([name, program]) =>
        processOf(name, program, scenario.isolates?.[name] ?? name)
      )
      // Under the same name the platform always does the same work, so that its processes are remembered like clients.
      const background = new Map<string, Client>()
      const makeProcess = (name: string, program: Effect.Effect<unknown, unknown>) => {
        const made = background.get(name) ?? processOf(name, program, "platform")
        background.set(name, made)
        return made
      }
      const plan: Plan = {
        world,
        clients,
        shared: [...shared.values()],
        makeProcess,
        faults: new Set(scenario.faults),
        budget: scenario.faults === undefined ? 0 : (scenario.atMost ?? 1),
        draws: scenario.draws ?? "all",
        moments: scenario.moments ?? "together",
        background: scenario.background ?? "after",
        skews: scenario.skews ?? [0],
        traced,
        ...(observe && { observe })
      }
      return new Stage(plan, context, scene)
    })
  }

  /** Runs it once, and hands the end to `judge` while the world is as the run left it. */
  perform<A>(chooser: Chooser, judge: (ended: Ended) => A): A {
    const { world } = this.plan
    const limit = Error.stackTraceLimit
    try {
      // An error that is an answer has no use for a stack, and there are millions of them.
      Error.stackTraceLimit = 0
      const ended = new Run(this.plan, chooser, this.numbers).toEnd()
      return judge(ended)
    } finally {
      Error.stackTraceLimit = limit
      world.end()
      world.journal.backTo(0)
      world.time = this.beginning
    }
  }

  /** Asks the storage as it is, in peace. */
  readonly ask = <A, E>(question: Effect.Effect<A, E, R>): Exit.Exit<A, E> =>
    Effect.runSyncExitWith(this.context)(question)

  readonly restart = (): void => this.plan.world.restartAll()

  readonly advance = (milliseconds: number): void => {
    this.plan.world.time += milliseconds
  }
}

/** Services for what happens before and after a run: the world's own time, and no chance. */
const peaceful = <R>(context: Context.Context<R>, world: World): Context.Context<R> => {
  const clock = virtualClock(
    () => world.time,
    (milliseconds) =>
      Effect.sync(() => {
        world.time += milliseconds
      })
  )
  return context.pipe(
    Context.add(Scheduler.Scheduler, new Scheduler.MixedScheduler("sync")),
    Context.add(References.MinimumLogLevel, "None"),
    Context.add(Clock.Clock, clock),
    Context.add(SecureRandom.SecureRandom, secureRandomOf(new RandomStream("set-up")))
  ) as Context.Context<R>
}
