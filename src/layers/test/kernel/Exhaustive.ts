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

interface Frame {
  readonly options: ReadonlyArray<Option>
  /** For a value of a model: how many there are. */
  readonly count: number
  readonly asleep: Map<number, Sleeper>
  chosen: number
  access: Access | undefined
  /** Whether a model was asked for a value in the moment that was chosen. */
  hasValues: boolean
}

export interface Exhaustive extends Chooser {
  /** Runs that were given up because all that could go on was asleep. */
  readonly abandoned: number
}

/** Searches all schedules; `reduces: false` does not leave any out, to see that nothing is lost. */
export const exhaustive = ({ reduces = true }: { readonly reduces?: boolean } = {}): Exhaustive => {
  const stack: Array<Frame> = []
  let depth = 0
  let abandoned = 0

  /** Who sleeps after what was chosen in a frame: everybody before it, and nobody whom it concerns. */
  const asleepAfter = (frame: Frame | undefined): Map<number, Sleeper> => {
    const below = new Map<number, Sleeper>()
    if (frame?.access === undefined || !reduces) return below
    const process = frame.options[frame.chosen]?.process
    for (const [id, sleeper] of frame.asleep) {
      if (sleeper.process !== process && !conflicts(sleeper.access, frame.access)) below.set(id, sleeper)
    }
    return below
  }

  const awake = (frame: Frame, from: number): number => {
    for (let index = from; index < frame.options.length; index++) {
      if (!frame.asleep.has((frame.options[index] as Option).id)) return index
    }
    return -1
  }

  return {
    get abandoned() {
      return abandoned
    },
    pick: (options) => {
      const replayed = stack[depth]
      depth++
      if (replayed !== undefined) return replayed.chosen
      const asleep = asleepAfter(lastMoment(stack, stack.length))
      const frame: Frame = { options, count: options.length, asleep, chosen: 0, access: undefined, hasValues: false }
      frame.chosen = awake(frame, 0)
      if (frame.chosen < 0) {
        abandoned++
        depth--
        return -1
      }
      stack.push(frame)
      return frame.chosen
    },
    happened: (access) => {
      const frame = lastMoment(stack, depth)
      if (frame !== undefined) frame.access = access
    },
    value: (count) => {
      const replayed = stack[depth]
      depth++
      if (replayed !== undefined) return replayed.chosen
      const moment = lastMoment(stack, stack.length)
      if (moment !== undefined) moment.hasValues = true
      stack.push({ options: [], count, asleep: new Map(), chosen: 0, access: undefined, hasValues: false })
      return 0
    },
    next: () => {
      depth = 0
      for (;;) {
        const frame = stack.at(-1)
        if (frame === undefined) return false
        if (frame.options.length === 0) {
          frame.chosen++
          if (frame.chosen < frame.count) return true
        } else {
          const done = frame.options[frame.chosen] as Option
          // What it touches depends on the values it was given: it is not told from what conflicts with it.
          if (reduces && frame.access !== undefined && !frame.hasValues) {
            frame.asleep.set(done.id, { process: done.process, access: frame.access })
          }
          frame.chosen = awake(frame, frame.chosen + 1)
          if (frame.chosen >= 0) return true
        }
        stack.pop()
      }
    }
  }
}

/** The moment that has just happened: values that it asked for lie above it. */
const lastMoment = (stack: ReadonlyArray<Frame>, depth: number): Frame | undefined => {
  for (let index = depth - 1; index >= 0; index--) {
    const frame = stack[index]
    if (frame !== undefined && frame.options.length > 0) return frame
  }
  return undefined
}
