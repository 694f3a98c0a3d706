/** A defect put back on purpose, and what must find it. A mutant that survives is a defect of the simulator. */
import { basename } from "node:path"
import type { Scenario } from "../../../src/layers/test/Scenario.ts"
import { type Entry, entry } from "../Entry.ts"
import type { Provider } from "../Scene.ts"

export interface Mutant {
  /**
   * Which one it is: `1` to `24` is a row of the audit's table of defects, with a letter for a second form of one; `W`
   * a repair that was proposed and is wrong; `S` a bug that a reviewer would miss.
   */
  readonly of: string
  /** What is wrong in it. */
  readonly name: string
  /** The scenario with the defect put back, searched exhaustively unless it says otherwise. */
  readonly entry: Entry
  /** The same without the defect: it must hold, or what finds the mutant would find anything. */
  readonly sound: Entry
  /** The oracle that finds it. */
  readonly killedBy: string
  /** Within how many schedules. */
  readonly within: number
  /** The committed file with its smallest schedule, next to this one. */
  readonly schedule: string
}

interface Spec<S, R> extends Pick<Mutant, "of" | "name" | "killedBy" | "within"> {
  readonly broken: Omit<Scenario<S, R>, "name">
  readonly sound: Omit<Scenario<S, R>, "name">
}

/** `at` is the `import.meta.url` of the mutant's file: its schedule stands next to it, and is called the same. */
export const mutant = <S>(at: string, spec: Spec<S, Provider>): Mutant => mutantOver(at, spec)

/** The same over more than a provider. */
export const mutantOver = <S, R>(at: string, { broken, sound, ...spec }: Spec<S, R>): Mutant => ({
  ...spec,
  entry: entry<S, R>({ ...broken, name: `mutant ${spec.of}: ${spec.name}` }, "exhaustive"),
  sound: entry<S, R>({ ...sound, name: `without ${spec.of}: ${spec.name}` }, "exhaustive"),
  schedule: basename(new URL(at).pathname).replace(/\.ts$/, ".txt")
})
