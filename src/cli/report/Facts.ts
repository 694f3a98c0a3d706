/** What the report knows before it judges: facts read off types, off declarations as data, and off laws. */
import type { Kind, Level, Repeat } from "../../services/storage/Consistency.ts"

/** An operation somebody needs, at the level at which it stands in the type. */
export interface Use {
  readonly operation: string
  readonly level: Level
}

/** A backend that somebody is made of, at the level that was claimed for it. */
export interface Backend {
  readonly backend: string
  readonly level: Level
}

/** What the `R` of an effect says. */
export interface Needs {
  readonly uses: ReadonlyArray<Use>
  readonly backends: ReadonlyArray<Backend>
  /** Why the type does not say everything: sentences without a subject. Empty is what it must be. */
  readonly hidden: ReadonlyArray<string>
}

/** A place in the repository: a file from its root, and the name that is declared there. */
export interface Place {
  readonly file: string
  readonly name: string
}

/** An exported flow, or a part of one that other flows share. */
export interface Flow {
  /** The file without folder and extension, `grants/AuthorizationCodeGrant`. */
  readonly module: string
  readonly place: Place
  readonly needs: Needs
}

/** Where something from outside comes in: an endpoint, a command of the operator, the queue, a cron. */
export interface EntryPoint {
  /** `GET /authorize`, `operator user.create`, or the name of the handler. */
  readonly name: string
  readonly handler: Place
  readonly needs: Needs
}

/** What an operation is made of in one layer. */
export interface Binding {
  readonly operation: string
  readonly level: Level
  readonly layer: Place
  readonly needs: Needs
}

/** A level that a layer claims for a backend, with what the doc comment of the claim says. */
export interface Claim extends Backend {
  readonly place: Place
  readonly reason: string
}

/** A declared operation, as data. */
export interface DeclaredOperation {
  readonly operation: string
  readonly level: Level
  readonly kind: Kind
  readonly repeat: Repeat
  readonly bound: string | undefined
  readonly because: string | undefined
  /** The group by its exported name, not by the name in its operations. */
  readonly place: Place
  /** The doc comment. */
  readonly text: string
}

/** Members of a record that are read in the same way. */
export interface FieldGroup {
  /** The record, and what its members have in common. */
  readonly of: string
  readonly name: string
  readonly members: ReadonlyArray<string>
  readonly readBy: ReadonlyArray<string>
  readonly because: string
}

export interface StatedLaw {
  readonly title: string
  readonly operations: ReadonlyArray<string>
  readonly file: string
}

export interface Facts {
  readonly operations: ReadonlyArray<DeclaredOperation>
  readonly flows: ReadonlyArray<Flow>
  readonly entryPoints: ReadonlyArray<EntryPoint>
  readonly bindings: ReadonlyArray<Binding>
  readonly claims: ReadonlyArray<Claim>
  readonly laws: ReadonlyArray<StatedLaw>
  readonly fields: ReadonlyArray<FieldGroup>
  /** What the router and the commands need as a whole: each use of it is some entry point's, or was missed. */
  readonly dispatched: Needs
}

/** By code unit, so that the order is the same on every machine. */
export const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

export const nothing: Needs = { uses: [], backends: [], hidden: [] }

/** Everything that several need, once and in order. */
export const together = (all: ReadonlyArray<Needs>): Needs => ({
  uses: unique(
    all.flatMap(({ uses }) => uses),
    ({ level, operation }) => `${operation} ${level}`
  ),
  backends: unique(
    all.flatMap(({ backends }) => backends),
    ({ backend, level }) => `${backend} ${level}`
  ),
  hidden: unique(
    all.flatMap(({ hidden }) => hidden),
    (sentence) => sentence
  )
})

const unique = <A>(all: ReadonlyArray<A>, keyOf: (one: A) => string): ReadonlyArray<A> => {
  const byKey = new Map(all.map((one) => [keyOf(one), one]))
  return [...byKey].toSorted(([a], [b]) => compare(a, b)).map(([, one]) => one)
}
