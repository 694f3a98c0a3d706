/** What a simulation is about: who does what at the same time, what may go wrong, and what must hold all the same. */
import type { Effect, Exit, Layer } from "effect"
import type { Fault } from "./kernel/Fault.ts"
import type { History } from "./kernel/History.ts"
import type { TestWorld } from "./kernel/World.ts"

/** A run that has ended, as an oracle sees it. */
export interface Finished<S, R> {
  /** What the set-up made. */
  readonly scene: S
  readonly history: History
  /** How each client's program ended; undefined for one that hung up. */
  readonly answers: ReadonlyMap<string, Exit.Exit<unknown, unknown> | undefined>
  readonly faults: ReadonlyArray<Fault>
  /** Asks the storage as it is now, in peace; nothing befalls what is asked here. */
  readonly ask: <A, E>(question: Effect.Effect<A, E, R>) => Exit.Exit<A, E>
  /** Begins every part of the platform anew: what was only remembered is gone. */
  readonly restart: () => void
  /** Lets time pass, for whoever asks afterwards. */
  readonly advance: (milliseconds: number) => void
}

/** What is wrong with a run: a sentence; and the numbers of the steps it is about, for whoever points at them. */
export type Judgement = string | { readonly sentence: string; readonly moments: ReadonlyArray<number> }

/** A property of runs. Its name says which, its judgement what is wrong, or nothing. */
export interface Oracle<S, R> {
  readonly name: string
  readonly judge: (run: Finished<S, R>) => Judgement | undefined
}

export interface Scenario<S, R> {
  readonly name: string
  /** The provider: `Memory`, or a layer of one's own over a `TestWorld`, with the ports. */
  readonly layer: Layer.Layer<R | TestWorld>
  /** What there is before the clients begin. Nothing befalls it, and it is done once for all schedules. */
  readonly setup: Effect.Effect<S, unknown, R>
  /** The programs that run at the same time, by the names of those who run them. */
  readonly clients: (scene: S) => Readonly<Record<string, Effect.Effect<unknown, unknown, R>>>
  /** What must hold after every run. */
  readonly oracles: ReadonlyArray<Oracle<S, R>>
  /** What may go wrong, and at most how often in one run (default: nothing; once). */
  readonly faults?: ReadonlyArray<Fault>
  readonly atMost?: number
  /** Whether all of the faults may happen in a run (the default), or some of them in each: faults hide each other. */
  readonly draws?: "all" | "some"
  /** Whether an answer is heard when the call is executed (the default), or some time after it. */
  readonly moments?: "together" | "apart"
  /** Whether alarms, queues and crons run after the clients (the default) or between them. */
  readonly background?: "between" | "after"
  /** By how much clocks may go wrong, in milliseconds; the first of them is 0. */
  readonly skews?: ReadonlyArray<number>
  /** The isolates in which clients run, where several run in one; otherwise each has its own. */
  readonly isolates?: Readonly<Record<string, string>>
  /**
   * Builds the layer and the set-up anew for every schedule: for a layer that keeps its state elsewhere than in the
   * world. Slower by a hundred times.
   */
  readonly rebuilds?: boolean
}
