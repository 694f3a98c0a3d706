/**
 * A model of a cron trigger: it runs some time after it is due, and nothing is promised about how often.
 *
 * Late is what the order of a run makes of it; "cron missed" and "cron twice" are its faults. It is due so many times
 * in a run.
 */
import type { Effect } from "effect"
import { Cells } from "../kernel/Cells.ts"
import type { Source, World } from "../kernel/World.ts"
import { mayBeEnded } from "./BackgroundWork.ts"

export interface CronSpec {
  readonly name: string
  /** When it is due, in milliseconds of the world, one after the other. */
  readonly due: ReadonlyArray<number>
  readonly run: Effect.Effect<unknown, unknown>
}

export class CronModel implements Source {
  readonly name: string
  private readonly world: World
  private readonly spec: CronSpec
  private readonly counts: Cells<number>

  constructor(world: World, spec: CronSpec) {
    this.world = world
    this.spec = spec
    this.name = spec.name
    this.counts = new Cells(world, `${spec.name} counts`)
    world.sources.push(this)
  }

  options(): ReturnType<Source["options"]> {
    const past = this.counts.get("past") ?? 0
    const due = this.spec.due[past]
    if (due === undefined) return []
    const happen = (times: number) => () => {
      this.counts.set("past", past + 1)
      this.world.time = Math.max(this.world.time, due)
      for (let time = 0; time < times; time++) this.spawn()
    }
    return [
      { label: "runs", fault: undefined, fire: happen(1) },
      { label: "does not run", fault: "cron missed", fire: happen(0) },
      { label: "runs twice", fault: "cron twice", fire: happen(2) }
    ]
  }

  private spawn(): void {
    const run = (this.counts.get("runs") ?? 0) + 1
    this.counts.set("runs", run)
    this.world.spawn(`${this.name}, run ${run}`, mayBeEnded(this.spec.run))
  }
}
