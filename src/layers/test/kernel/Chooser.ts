/** The only source of choice in a run: who moves next, what befalls it, and which of several values a model answers. */
import type { Access } from "./Access.ts"
import type { Fault } from "./Fault.ts"

/** Something that may happen next. */
export interface Option {
  /** The same in every run in which the same thing may happen after the same past of its process. */
  readonly id: number
  /** Who moves: the options of one process exclude each other. */
  readonly process: number
  readonly fault: Fault | undefined
}

/**
 * Chooses. Option 0 is always the quietest: whoever moved last goes on, and nothing befalls it; so a run of zeros is
 * the clients one after the other.
 */
export interface Chooser {
  /** The seed of the run at hand, for a chooser that leaves something to chance. */
  readonly seed?: () => string
  /** The number of the option; -1 if a run that goes on like this is known already, and need not be finished. */
  readonly pick: (options: ReadonlyArray<Option>) => number
  /** What the option touched. */
  readonly happened: (access: Access) => void
  /** One of `count` values, `what` says of what. Value 0 is what an undisturbed platform does. */
  readonly value: (count: number, what: string) => number
  /** Gets ready for another run; false if there is none left. */
  readonly next: () => boolean
}
