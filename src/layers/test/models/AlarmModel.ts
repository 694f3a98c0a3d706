/**
 * A model of alarms: one for each object, which rings at least once, some time after it was set for, beside requests.
 *
 * Its handler is a process of the run. One that fails rings again, later each time, and is forgotten after six failures
 * that count; that its object began anew does not count. The faults are "duplicate alarm" (it rings twice at once),
 * "consumer failure" (the handler is ended in the middle, and what its object remembered is gone with it) and "dropped
 * alarm" (all six failures have happened). Nothing rings that is set for later than `horizon`: a run does not last for
 * ever, but sweeps do.
 */
import { Cause, Effect, Exit } from "effect"
import { Cells } from "../kernel/Cells.ts"
import type { Source, World } from "../kernel/World.ts"
import { HandlerEnded, mayBeEnded } from "./BackgroundWork.ts"

/** What an alarm does. `ring` tells it from every other that rang there. It says whether its object began anew. */
export type AlarmHandler = (place: string, ring: string) => Effect.Effect<"done" | "began anew", unknown>

export interface AlarmSpec {
  readonly handler: AlarmHandler
  /** How far ahead of the world's time an alarm may be set to ring in a run, in milliseconds. */
  readonly horizon: number
}

/** So many failures that count, and the platform deletes the alarm. */
export const countedFailures = 6

/** The first time an alarm that failed waits for so long, then twice as long each time; in milliseconds. */
const firstBackoff = 2_000

interface Alarm {
  /** Milliseconds. */
  readonly at: number
  readonly failures: number
}

export class AlarmModel implements Source {
  readonly name = "alarms"
  private readonly world: World
  private readonly spec: AlarmSpec
  /** By the places of their objects. */
  private readonly alarms: Cells<Alarm>
  /** What rings, by its number. */
  private readonly rings: Cells<Alarm>
  private readonly counts: Cells<number>

  constructor(world: World, spec: AlarmSpec) {
    this.world = world
    this.spec = spec
    this.alarms = new Cells(world, "alarms")
    this.rings = new Cells(world, "ringing alarms")
    this.counts = new Cells(world, "alarms' rings")
    world.sources.push(this)
  }

  /** Sets an object's alarm in place of any that is set, in the turn of the object: undone with what else it wrote. */
  set(place: string, at: number): void {
    this.alarms.set(place, { at, failures: 0 })
  }

  /** When an object's alarm rings; null if none is set, or while it rings. */
  get(place: string): number | null {
    return this.alarms.get(place)?.at ?? null
  }

  options(): ReturnType<Source["options"]> {
    return this.due().flatMap(([place]) => {
      const spawn = (times: number) => () => {
        for (const ring of this.ring(place, times)) {
          this.world.spawn(`alarm ${Number.parseInt(ring, 10)} of ${place}`, this.handle(place, ring))
        }
      }
      return [
        { label: `the alarm of ${place} rings`, fault: undefined, fire: spawn(1) },
        { label: `the alarm of ${place} rings twice`, fault: "duplicate alarm" as const, fire: spawn(2) },
        {
          label: `the alarm of ${place} is given up`,
          fault: "dropped alarm" as const,
          fire: () => {
            this.alarms.delete(place)
          }
        }
      ]
    })
  }

  /** Rings what is due, outside a simulation, until nothing is. */
  readonly drain: Effect.Effect<void> = Effect.suspend(() => {
    const [due] = this.due()
    if (due === undefined) return Effect.void
    const [place] = due
    const [ring = ""] = this.ring(place, 1)
    return Effect.andThen(this.handle(place, ring), this.drain)
  })

  // -------------------------------------------------------------------------------------------------------------

  /** The alarms that may ring now, the earliest first. While an alarm of an object rings, no other of it does. */
  private due(): ReadonlyArray<readonly [string, Alarm]> {
    const ringing = this.rings.entries().map(([ring]) => placeOf(ring))
    return this.alarms
      .entries()
      .filter(([place, { at }]) => at <= this.world.time + this.spec.horizon && !ringing.includes(place))
      .toSorted(([, a], [, b]) => a.at - b.at)
  }

  private ring(place: string, times: number): ReadonlyArray<string> {
    const alarm = this.alarms.get(place) ?? { at: this.world.time, failures: 0 }
    this.alarms.delete(place)
    this.world.time = Math.max(this.world.time, alarm.at)
    return Array.from({ length: times }, () => {
      const count = (this.counts.get(place) ?? 0) + 1
      this.counts.set(place, count)
      const ring = `${String(count).padStart(6, "0")} ${place}`
      this.rings.set(ring, alarm)
      return ring
    })
  }

  private handle(place: string, ring: string): Effect.Effect<void> {
    const settle = (exit: Exit.Exit<"done" | "began anew", unknown>) =>
      this.world.call({
        place: "alarms",
        operation: Exit.isSuccess(exit) ? "Alarm.done" : "Alarm.failed",
        execute: () => this.settle(place, ring, exit),
        befalls: []
      })
    return Effect.flatMap(Effect.exit(mayBeEnded(this.spec.handler(place, ring))), settle)
  }

  private settle(place: string, ring: string, exit: Exit.Exit<"done" | "began anew", unknown>): Exit.Exit<void> {
    const alarm = this.rings.get(ring)
    this.rings.delete(ring)
    const isEnded = Exit.isFailure(exit) && exit.cause.reasons.some(isEnding)
    if (isEnded) this.world.restart(place)
    if (alarm === undefined || (Exit.isSuccess(exit) && exit.value === "done")) return Exit.void
    // One that was set in the meantime takes its place.
    if (this.alarms.has(place)) return Exit.void
    const failures = alarm.failures + (Exit.isSuccess(exit) ? 0 : 1)
    const at = this.world.time + firstBackoff * 2 ** alarm.failures
    if (failures < countedFailures) this.alarms.set(place, { at, failures })
    return Exit.void
  }
}

const isEnding = (reason: Cause.Reason<unknown>): boolean =>
  Cause.isDieReason(reason) && reason.defect instanceof HandlerEnded

const placeOf = (ring: string): string => ring.slice(ring.indexOf(" ") + 1)
