/**
 * Every order, once: depth-first search without states (each run begins at the beginning), with sleep sets.
 *
 * Two moments that touch nothing in common lead to the same place in either order, so when one order has been searched
 * the other one sleeps: a moment stays asleep until something that conflicts with it has happened. Godefroid,
 * Partial-Order Methods for the Verification of Concurrent Systems (1996), §5.
 */
import { type Access, conflicts } from "./Access.ts"
import type { Chooser, Option } from "./Chooser.ts"

/** A moment that need not happen first here, because that has been searched: its process, and what it touches. */
interface Sleeper {
  readonly process: number
  readonly access: Access
}

type Asleep = ReadonlyMap<number, Sleeper>

/** A place in the search where there was a choice: of a moment, or of a value that a model asked for in one. */
interface Frame {
  /** Empty where it is a value that is chosen. */
  readonly options: ReadonlyArray<Option>
  /** For a value: how many there are. */
  readonly count: number
  readonly asleep: Map<number, Sleeper>
  chosen: number
  access: Access | undefined
  /** Whether a model was asked for a value in the moment that was chosen. */
  hasValues: boolean
}

/** Searches all schedules; `reduces: false` does not leave any out, to see that nothing is lost. */
export const exhaustive = ({ reduces = true }: { readonly reduces?: boolean } = {}): Chooser => {
  const search = new Search(reduces)
  return {
    pick: (options) => search.pick(options),
    happened: (access) => search.happened(access),
    value: (count) => search.value(count),
    next: () => search.next()
  }
}

class Search {
  private readonly reduces: boolean
  private readonly stack: Array<Frame> = []
  private depth = 0

  constructor(reduces: boolean) {
    this.reduces = reduces
  }

  pick(options: ReadonlyArray<Option>): number {
    const replayed = this.stack[this.depth]
    this.depth++
    if (replayed !== undefined) return replayed.chosen
    const asleep = new Map(this.asleepAfter(lastMoment(this.stack, this.stack.length)))
    const chosen = firstAwake(options, asleep, 0)
    if (chosen >= 0) {
      this.stack.push({ options, count: options.length, asleep, chosen, access: undefined, hasValues: false })
    }
    return chosen
  }

  happened(access: Access): void {
    const frame = lastMoment(this.stack, this.depth)
    if (frame !== undefined) frame.access = access
  }

  value(count: number): number {
    const replayed = this.stack[this.depth]
    this.depth++
    if (replayed !== undefined) return replayed.chosen
    const moment = lastMoment(this.stack, this.stack.length)
    if (moment !== undefined) moment.hasValues = true
    this.stack.push({ options: [], count, asleep: new Map(), chosen: 0, access: undefined, hasValues: false })
    return 0
  }

  next(): boolean {
    this.depth = 0
    for (let frame = this.stack.at(-1); frame !== undefined; frame = this.stack.at(-1)) {
      if (frame.options.length === 0) {
        frame.chosen++
        if (frame.chosen < frame.count) return true
      } else {
        this.putToSleep(frame)
        frame.hasValues = false
        frame.chosen = firstAwake(frame.options, frame.asleep, frame.chosen + 1)
        if (frame.chosen >= 0) return true
      }
      this.stack.pop()
    }
    return false
  }

  /** What was chosen has been searched: it need not come first after another that it does not conflict with. */
  private putToSleep({ access, asleep, chosen, hasValues, options }: Frame): void {
    const done = options[chosen]
    // What it touches depends on the values that it was given: then nobody can tell what conflicts with it.
    if (!this.reduces || done === undefined || access === undefined || hasValues) return
    asleep.set(done.id, { process: done.process, access })
  }

  /** Who sleeps after what was chosen in a frame: everybody before it, and nobody whom it concerns. */
  private asleepAfter(frame: Frame | undefined): Asleep {
    const below = new Map<number, Sleeper>()
    if (frame?.access === undefined) return below
    const process = frame.options[frame.chosen]?.process
    for (const [id, sleeper] of frame.asleep) {
      if (sleeper.process !== process && !conflicts(sleeper.access, frame.access)) below.set(id, sleeper)
    }
    return below
  }
}

const firstAwake = (options: ReadonlyArray<Option>, asleep: Asleep, from: number): number => {
  for (let index = from; index < options.length; index++) {
    if (!asleep.has((options[index] as Option).id)) return index
  }
  return -1
}

/** The moment that has just happened: values that it asked for lie above it. */
const lastMoment = (stack: ReadonlyArray<Frame>, depth: number): Frame | undefined => {
  for (let index = depth - 1; index >= 0; index--) {
    const frame = stack[index]
    if (frame !== undefined && frame.options.length > 0) return frame
  }
  return undefined
}
