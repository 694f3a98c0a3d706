/**
 * One run: the loop that lets the clients of a scenario go on, one moment after the other, as a chooser says.
 *
 * A call has three moments: it is sent when its client suspends, then it is executed, then its answer is heard. The
 * last two are one step (`together`) unless the scenario wants them apart: an answer that comes later constrains less,
 * so what holds for every order of executions holds for it too (docs/decisions/0009-simulator.md).
 */
import { type Effect, Exit } from "effect"
import type { Access } from "./Access.ts"
import type { Chooser } from "./Chooser.ts"
import type { Client, Suspension } from "./Client.ts"
import { describe } from "./Describe.ts"
import type { Befall, Fault } from "./Fault.ts"
import type { Moment } from "./History.ts"
import { type Move, movesFrom, type Orphan, type Standing } from "./Moves.ts"
import type { Ended, Plan } from "./Plan.ts"
import { Recorder } from "./Recorder.ts"
import type { Call, Running } from "./World.ts"

/** No flow takes so many steps; one that does goes round in circles. */
const endless = 20_000

/** A client's sleep of this many milliseconds or more may change what others decide about time. */
const longSleep = 1_000

const nothing: ReadonlySet<Fault> = new Set()

const isLate = ({ _tag }: Move): boolean => _tag === "arrives late"

const untouched: Access = { reads: [], writes: [], scans: [], movesClock: false }

export class Run implements Running, Standing {
  readonly processes: Array<Client>
  readonly orphans: Array<Orphan> = []
  readonly planned = new Map<Suspension, Exit.Exit<unknown, unknown>>()
  last: Client | undefined
  sources: Standing["sources"] = []
  faults: ReadonlySet<Fault> = nothing
  private readonly plan: Plan
  private readonly chooser: Chooser
  private readonly numbers: Map<string, number>
  private readonly choices: Array<number> = []
  private readonly recorder = new Recorder()
  private readonly deadlines = new Map<Suspension, number>()
  private readonly skews = new Map<string, number>()
  private readonly befallen: Array<Fault> = []
  private step = 0
  /** What the moment at hand touches. */
  private access: Access = untouched
  private began = 0
  private isQuiet = false

  /** `numbers` gives each process its number, the same one in all runs of a search. */
  constructor(plan: Plan, chooser: Chooser, numbers: Map<string, number>) {
    this.plan = plan
    this.chooser = chooser
    this.numbers = numbers
    this.processes = [...plan.clients]
  }

  toEnd(): Ended {
    const { background, clients, shared, world } = this.plan
    this.began = world.time
    world.begin(this)
    this.access = world.beginAccess()
    for (const memory of shared) memory.clear()
    this.faults = this.drawn()
    for (const client of clients) this.begin(client)
    if (background === "between") this.sources = world.sources
    const finished = this.loop()
    if (finished) this.settle()
    const stuck = this.processes.filter(({ at }) => at.exit === undefined).map(({ name }) => name)
    const isEndless = this.step >= endless
    world.end()
    return {
      abandoned: !finished,
      choices: this.choices,
      recorder: this.recorder,
      stuck: finished && !isEndless ? stuck : [],
      endless: isEndless,
      answers: new Map(clients.map((client) => [client.name, client.at.exit])),
      faults: this.befallen
    }
  }

  choose(count: number, what: string): number {
    if (this.isQuiet) return 0
    const chosen = this.chooser.value(count, what)
    this.choices.push(chosen)
    return chosen
  }

  isEnabled(fault: Fault): boolean {
    return this.faults.has(fault)
  }

  befell(fault: Fault): void {
    this.befallen.push(fault)
    if (this.befallen.length >= this.plan.budget) this.faults = nothing
  }

  spawn(name: string, work: Effect.Effect<unknown, unknown, never>): void {
    const process = this.plan.makeProcess(name, work)
    this.processes.push(process)
    this.begin(process)
  }

  skewOf(place: string): number {
    const { skews } = this.plan
    if (skews.length <= 1) return 0
    const known = this.skews.get(place)
    if (known !== undefined) return known
    const skew = skews[this.choose(skews.length, `the clock of ${place}`)] ?? 0
    this.skews.set(place, skew)
    const wrong = `its clock is ${Math.abs(skew)} ms ${skew > 0 ? "ahead" : "behind"}`
    if (skew !== 0) this.note(place, undefined, "happens", wrong, "clock skew", "")
    return skew
  }

  mayHangUp = (client: Client): boolean => this.plan.clients.includes(client)
  numberOf = (process: string): number => {
    const known = this.numbers.get(process)
    if (known !== undefined) return known
    this.numbers.set(process, this.numbers.size)
    return this.numbers.size - 1
  }

  /** The faults of this run. */
  private drawn(): ReadonlySet<Fault> {
    const { budget, draws, faults } = this.plan
    if (budget === 0) return nothing
    return draws === "all" ? faults : new Set([...faults].filter((fault) => this.choose(2, `may ${fault}`) === 1))
  }

  private begin(client: Client): void {
    client.begin(this.plan.world.timeAt(client.isolate))
    this.note(client.name, undefined, "starts", client.name, undefined, "")
    this.follow(client)
  }

  /** False if the chooser knew the rest. */
  private loop(): boolean {
    while (this.step < endless) {
      // What sources look at to say what may happen next is no part of what happened last.
      if (this.sources.length > 0) this.plan.world.beginAccess()
      const moves = movesFrom(this)
      // Of what nobody waits for, nobody knows whether it ever arrives: that is settled after the clients.
      if (moves.every(isLate)) return true
      const access = (this.recorder.access = this.access = this.plan.world.beginAccess())
      const chosen = this.isQuiet ? 0 : this.chooser.pick(moves)
      const move = moves[chosen]
      if (move === undefined) return false
      if (moves.length > 1 && !this.isQuiet) this.choices.push(chosen)
      if (move.fault !== undefined) this.plan.world.befell(move.fault)
      this.step++
      this.make(move)
      if (!this.isQuiet) this.chooser.happened(access)
      if (move._tag === "executes") this.plan.observe?.(move.client.name, move.call, access, move.fault)
    }
    return true
  }

  private make(move: Move): void {
    switch (move._tag) {
      case "executes":
        return this.execute(move.client, move.suspension, move.call, move.befall)
      case "hears":
        return this.answer(move.client, move.suspension, move.answer)
      case "wakes":
        return this.wake(move.client, move.suspension)
      case "hangs up":
        return this.hangUp(move.client)
      case "arrives late":
        this.orphans.splice(this.orphans.indexOf(move.orphan), 1)
        return this.executeOrphan(move.orphan)
      case "happens":
        // What the platform sets off by itself is not taken for something that could as well come later.
        if (move.source.isTimeless !== true) this.plan.world.movedClock()
        this.note(move.source.name, undefined, "happens", move.label, move.fault, "")
        move.fire()
    }
  }

  /** After the clients: what was left on its way arrives or does not, and the platform does its own work, in peace. */
  private settle(): void {
    for (const orphan of this.orphans.splice(0)) {
      if (this.choose(2, `${orphan.call.operation}, of which nobody waits for the answer, is executed`) === 1) {
        this.step++
        this.access = this.plan.world.beginAccess()
        this.executeOrphan(orphan)
      }
    }
    this.isQuiet = true
    this.faults = nothing
    this.sources = this.plan.world.sources
    this.loop()
  }

  private execute(client: Client, suspension: Suspension, call: Call, befall: Befall | undefined): void {
    const { journal } = this.plan.world
    if (befall?.restarts === true) this.plan.world.restart(call.place)
    const { mark } = journal
    const before = this.befallen.length
    const executes = befall?.executes ?? "now"
    const result =
      executes === "now" || executes === "undone"
        ? this.plan.world.execute(call, `${client.name}-${suspension.number}`)
        : Exit.void
    if (executes === "now") this.executed(client.name, suspension.within)
    if (executes === "later") this.abandon(client, suspension, call)
    if (executes === "undone") {
      journal.backTo(mark)
      this.plan.world.restart(call.place)
    }
    const answer = befall === undefined || befall.hears === "result" ? result : befall.hears
    if (answer === "nothing") return
    const isTogether = this.plan.moments === "together"
    const what = isTogether ? "executes and hears" : "executes"
    this.note(client.name, call.place, what, call.operation, befall?.fault ?? this.befallen[before], answer)
    this.last = client
    if (isTogether) this.hear(client, suspension, answer)
    else this.planned.set(suspension, answer)
  }

  private executed(who: string, within: number): void {
    this.recorder.executed(who, within, this.step, this.plan.world.time)
  }

  /** A call goes on by itself: its caller no longer waits for it. */
  private abandon(client: Client, { number, within }: Suspension, call: Call): void {
    const name = `${client.name}-${number}-late`
    this.orphans.push({ process: this.numberOf(name), name, who: client.name, within, call })
  }

  private executeOrphan({ call, name, who, within }: Orphan): void {
    const result = this.plan.world.execute(call, name)
    this.executed(who, within)
    this.note(who, call.place, "arrives late", call.operation, undefined, result)
    this.plan.observe?.(who, call, this.access, undefined)
  }

  private answer(client: Client, suspension: Suspension, answer: Exit.Exit<unknown, unknown>): void {
    this.planned.delete(suspension)
    this.note(client.name, suspension.call?.place, "hears", suspension.call?.operation ?? "", undefined, answer)
    this.last = client
    this.hear(client, suspension, answer)
  }

  private hear(client: Client, { number }: Suspension, exit: Exit.Exit<unknown, unknown>): void {
    client.hear({ _tag: "hears", now: this.plan.world.timeAt(client.isolate), number, exit })
    this.follow(client)
  }

  private wake(client: Client, suspension: Suspension): void {
    const { world } = this.plan
    world.time = Math.max(world.time, this.deadlines.get(suspension) ?? 0)
    if ((suspension.sleeps ?? 0) >= longSleep) world.movedClock()
    this.note(client.name, undefined, "wakes", `after ${suspension.sleeps} ms`, undefined, "")
    this.last = client
    client.hear({ _tag: "wakes", now: world.timeAt(client.isolate), number: suspension.number })
    this.follow(client)
  }

  private hangUp(client: Client): void {
    for (const suspension of client.at.suspensions) {
      const { call } = suspension
      if (call !== undefined && !this.planned.has(suspension)) this.abandon(client, suspension, call)
    }
    this.note(client.name, undefined, "hangs up", "", "disconnect", "")
    client.hear({ _tag: "hangs up", now: this.plan.world.timeAt(client.isolate) })
    this.follow(client)
  }

  /** Writes down what a client did in its turn, and until when it sleeps. */
  private follow(client: Client): void {
    const { time } = this.plan.world
    this.recorder.absorb(client, this.step, time)
    for (const suspension of client.at.suspensions) {
      if (suspension.sleeps !== undefined && !this.deadlines.has(suspension)) {
        this.deadlines.set(suspension, time + suspension.sleeps)
      }
    }
    if (client.at.exit !== undefined) this.note(client.name, undefined, "ends", client.name, undefined, client.at.exit)
  }

  private note(
    who: string,
    place: string | undefined,
    what: Moment["what"],
    operation: string,
    fault: Fault | undefined,
    outcome: Exit.Exit<unknown, unknown> | string
  ): void {
    if (!this.plan.traced) return
    const text = typeof outcome === "string" ? outcome : describe(outcome)
    const time = this.plan.world.time - this.began
    const { access, step } = this
    this.recorder.moments.push({ step, who, place, what, operation, fault, outcome: text, time, access })
  }
}
