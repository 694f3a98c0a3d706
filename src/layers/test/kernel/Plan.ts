/** What all runs of a search have in common, and how one of them ended. */
import type { Effect, Exit } from "effect"
import type { Access } from "./Access.ts"
import type { Client } from "./Client.ts"
import type { Fault } from "./Fault.ts"
import type { Recorder } from "./Recorder.ts"
import type { Call, World } from "./World.ts"

/** What all runs of a search have in common. */
export interface Plan {
  readonly world: World
  readonly clients: ReadonlyArray<Client>
  /** The memories of isolates in which several clients run. */
  readonly shared: ReadonlyArray<Map<string, unknown>>
  /** Makes the process of work that the platform does by itself. */
  readonly makeProcess: (name: string, program: Effect.Effect<unknown, unknown, never>) => Client
  readonly faults: ReadonlySet<Fault>
  /** How many faults may happen in one run. */
  readonly budget: number
  /** Whether each run has all of the faults, or some of them by chance: faults hide each other. */
  readonly draws: "all" | "some"
  readonly moments: "together" | "apart"
  /** Whether the platform's own work comes between the clients' or after them. */
  readonly background: "between" | "after"
  /** By how much the clock of a place may go wrong, in milliseconds; the first is right. */
  readonly skews: ReadonlyArray<number>
  /** Whether moments are kept, for people. */
  readonly traced: boolean
  /** Hears of every call that was executed: by whom, for which operation, and what it touched. */
  readonly observe?: (client: string, call: Call, access: Access, fault: Fault | undefined) => void
}

/** How a run ended. */
export interface Ended {
  /** Whether the chooser knew it before the end. */
  readonly abandoned: boolean
  /** What was chosen wherever there was a choice: the run itself, for whoever wants it again. */
  readonly choices: ReadonlyArray<number>
  readonly recorder: Recorder
  /** Clients that wait for something that is not of this world. */
  readonly stuck: ReadonlyArray<string>
  /** Whether it was given up because it did not come to an end. */
  readonly endless: boolean
  readonly answers: ReadonlyMap<string, Exit.Exit<unknown, unknown> | undefined>
  readonly faults: ReadonlyArray<Fault>
}
