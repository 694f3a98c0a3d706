/** What a store of things that are changed a version at a time keeps: one change a version, one event a change. */
import { Effect, Equal } from "effect"
import type { AuditEvent, AuditType } from "../../domain/AuditEvent.ts"
import { expectEvents } from "./AuditLog.laws.ts"
import { freshEvent } from "./Fresh.laws.ts"
import { expectFailure, expectThat, law } from "./Law.ts"

/** The operations, and how things are made. */
export interface Versioned<A, E, M, F, S, D> {
  readonly what: string
  readonly names: readonly [find: string, save: string, remove: string]
  readonly events: readonly [saved: AuditType, removed: AuditType]
  readonly refusal: string
  /** A thing of a fresh name; `text` tells one state of it from another. */
  readonly make: Effect.Effect<(version: number, text: string) => A, never, M>
  readonly find: (thing: A) => Effect.Effect<A | undefined, E, F>
  readonly save: (thing: A, event: AuditEvent) => Effect.Effect<void, E | { readonly _tag: string }, S>
  readonly remove: (thing: A, event: AuditEvent) => Effect.Effect<void, E | { readonly _tag: string }, D>
}

export const versionedLaws = <A, E, M, F, S, D>(spec: Versioned<A, E, M, F, S, D>) => {
  const { find, make, remove, save, what } = spec
  const [named, saving, removing] = spec.names
  const saved = freshEvent({ type: spec.events[0] })
  const removed = freshEvent({ type: spec.events[1] })
  const expectIs = (thing: A, expected: A | undefined, sentence: string) =>
    Effect.flatMap(find(thing), (found) => expectThat(Equal.equals(found, expected), sentence))
  const refused = <X, G, R>(effect: Effect.Effect<X, G | { readonly _tag: string }, R>, sentence: string) =>
    Effect.flatMap(expectFailure(effect, sentence), (error) =>
      expectThat((error as { readonly _tag: string })._tag === spec.refusal, `${sentence}: it is refused`)
    )
  return [
    law(
      `a ${what} is made once, changed a version at a time, and removed as of a version, each with its event`,
      [named, saving, removing],
      Effect.gen(function* () {
        const at = yield* make
        const events = [yield* saved, yield* saved, yield* removed] as const
        yield* expectIs(at(1, "none"), undefined, "there is none")
        yield* save(at(1, "first"), events[0])
        yield* refused(
          Effect.flatMap(saved, (event) => save(at(1, "other"), event)),
          "it is made already"
        )
        yield* refused(
          Effect.flatMap(saved, (event) => save(at(3, "other"), event)),
          "no version is left out"
        )
        yield* expectIs(at(1, "first"), at(1, "first"), "the first one stands")
        yield* save(at(2, "second"), events[1])
        yield* save(at(1, "first"), events[0])
        yield* expectIs(at(1, "first"), at(2, "second"), "a change that comes again late changes nothing")
        yield* refused(
          Effect.flatMap(removed, (event) => remove(at(1, ""), event)),
          "it is another by now"
        )
        yield* remove(at(2, ""), events[2])
        yield* expectIs(at(1, "first"), undefined, "it is gone")
        yield* save(at(2, "second"), events[1])
        yield* expectIs(at(1, "first"), undefined, "and no late change brings it back")
        yield* expectEvents(events, events, "three changes, three events")
      })
    ),
    law(
      `of 20 who change one version of a ${what} at once one succeeds, and one event is written`,
      [named, saving],
      Effect.gen(function* () {
        const at = yield* make
        yield* save(at(1, "first"), yield* saved)
        const tries = yield* Effect.forEach(Array.from({ length: 20 }), (_, n) =>
          Effect.map(saved, (event) => ({ event, thing: at(2, `try ${n}`) }))
        )
        const results = yield* Effect.forEach(tries, (one) => Effect.exit(save(one.thing, one.event)), {
          concurrency: "unbounded"
        })
        const won = tries.filter((_, n) => results[n]?._tag === "Success")
        yield* expectThat(won.length === 1, `one succeeds, not ${won.length}`)
        yield* expectIs(at(1, "first"), won[0]?.thing, "the winner's is there")
        yield* expectEvents(
          tries.map(({ event }) => event),
          won.map(({ event }) => event),
          "the winner's event is the only one"
        )
      })
    )
  ]
}
