/** What a store of one thing that is changed a version at a time keeps: one change a version, one event a change. */
import { Effect } from "effect"
import type { AuditEvent, AuditType } from "../../domain/AuditEvent.ts"
import { expectEvents } from "./AuditLog.laws.ts"
import { freshEvent, freshText } from "./Fresh.laws.ts"
import { expectFailure, expectThat, law } from "./Law.ts"
import { advance } from "./World.laws.ts"

interface Versioned {
  readonly version: number
}

/** The operations, and how two states of the thing are told apart. */
export interface OneRow<A extends Versioned, E, F, C, S> {
  /** What the laws call it. */
  readonly what: string
  readonly names: readonly [find: string, copy: string, set: string]
  readonly event: AuditType
  readonly copyLifetime: number
  readonly find: () => Effect.Effect<A, E, F>
  readonly copy: () => Effect.Effect<A, E, C>
  readonly set: (next: A, event: AuditEvent) => Effect.Effect<void, E | { readonly _tag: string }, S>
  readonly refusal: string
  /** A state of this version, told from every other by the text or its length. */
  readonly make: (version: number, text: string) => A
  readonly isSame: (one: A, other: A) => boolean
}

export const oneRowLaws = <A extends Versioned, E, F, C, S>(spec: OneRow<A, E, F, C, S>) => [
  ...changeLaws(spec),
  ...laterLaws(spec)
]

const partsOf = <A extends Versioned, E, F, C, S>({ event, find, isSame, make }: OneRow<A, E, F, C, S>) => ({
  changed: freshEvent({ type: event }),
  /** The version after the one that there is. */
  next: Effect.gen(function* () {
    const { version } = yield* find()
    return make(version + 1, yield* freshText)
  }),
  expectFound: (wanted: A, sentence: string) =>
    Effect.flatMap(find(), (found) => expectThat(isSame(found, wanted), sentence))
})

/** Who may change it, and what is found afterwards. */
const changeLaws = <A extends Versioned, E, F, C, S>(spec: OneRow<A, E, F, C, S>) => {
  const { find, make, set, what } = spec
  const [finding, , setting] = spec.names
  const { changed, expectFound, next } = partsOf(spec)
  return [
    law(
      `${what}: what was set is found, with its event; from an old version it is refused`,
      [finding, setting],
      Effect.gen(function* () {
        const first = yield* next
        const [event, late] = [yield* changed, yield* changed]
        yield* set(first, event)
        yield* expectFound(first, "find answers with what was set")
        yield* expectEvents([event], [event], "the event is written with it")
        const other = make(first.version, yield* freshText)
        const refused = yield* expectFailure(set(other, late), "the version is old")
        yield* expectThat((refused as { readonly _tag: string })._tag === spec.refusal, "the refusal says so")
        yield* expectFound(first, "the first one stands")
        yield* expectEvents([late], [], "what did not happen has no event")
      })
    ),
    law(
      `${what}: of 20 changes from one version at once exactly one succeeds, and one event is written`,
      [finding, setting],
      Effect.gen(function* () {
        const { version } = yield* find()
        const tries = yield* Effect.forEach(
          Array.from({ length: 20 }),
          Effect.fnUntraced(function* () {
            return { event: yield* changed, thing: make(version + 1, yield* freshText) }
          })
        )
        const results = yield* Effect.forEach(tries, ({ event, thing }) => Effect.exit(set(thing, event)), {
          concurrency: "unbounded"
        })
        const won = tries.filter((_, n) => results[n]?._tag === "Success")
        yield* expectThat(won.length === 1, `one change succeeds, not ${won.length}`)
        const [winner] = won
        if (winner !== undefined) yield* expectFound(winner.thing, "what the winner set is found")
        yield* expectEvents(
          tries.map(({ event }) => event),
          won.map(({ event }) => event),
          "the winner's event is the only one"
        )
      })
    )
  ]
}

/** Repetition, and age. */
const laterLaws = <A extends Versioned, E, F, C, S>(spec: OneRow<A, E, F, C, S>) => {
  const { copy, isSame, set, what } = spec
  const [finding, copying, setting] = spec.names
  const { changed, expectFound, next } = partsOf(spec)
  return [
    law(
      `${what}: the same change again is the same, even if it was changed again in between`,
      [finding, setting],
      Effect.gen(function* () {
        const second = yield* next
        const event = yield* changed
        yield* set(second, event)
        const third = yield* next
        yield* set(third, yield* changed)
        yield* set(second, event)
        yield* expectFound(third, "the later change stands")
        yield* expectEvents([event], [event], "the event is there once")
      })
    ),
    law(
      `${what}: a copy is never older than its bound`,
      [copying, setting, finding],
      Effect.gen(function* () {
        yield* advance(spec.copyLifetime)
        const first = yield* copy()
        const second = yield* next
        yield* set(second, yield* changed)
        yield* advance(spec.copyLifetime - 1)
        const kept = yield* copy()
        yield* expectThat(isSame(kept, first) || isSame(kept, second), "within the bound it is one of the two")
        yield* advance(1)
        yield* expectThat(isSame(yield* copy(), second), "at the bound it is what was set")
      })
    )
  ]
}
