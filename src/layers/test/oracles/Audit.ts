/** Audit: every acknowledged effect has exactly one event once the world has come to rest. */
import { type Effect, Exit } from "effect"
import type { Finished, Oracle } from "../Scenario.ts"
import { cut, unanswered } from "./Sentence.ts"

/** An effect, or the event of one: what happened, to which thing. Equal in both, it is the same effect. */
export interface Effected {
  readonly what: string
  readonly key: string
}

export interface AuditSpec<S, R> {
  /** What clients were told is done. Told twice, it is one effect. */
  readonly effects: (run: Finished<S, R>) => Iterable<Effected>
  /** What may have been done, as nobody told. */
  readonly unknown?: (run: Finished<S, R>) => Iterable<Effected>
  /** The events that were written. Others than those asked about are not judged. */
  readonly events: Effect.Effect<Iterable<Effected>, unknown, R>
}

/**
 * Each acknowledged effect has exactly one event; one with an unknown outcome at most one.
 *
 * An event of something that is in neither list is not judged: the set-up has events too.
 */
export const audit = <S, R>({ effects, events, unknown }: AuditSpec<S, R>): Oracle<S, R> => ({
  name: "Audit",
  judge: (run) => {
    const written = run.ask(events)
    if (Exit.isFailure(written)) return unanswered("which events were written", written)
    const count = new Map<string, number>()
    for (const event of written.value) count.set(textOf(event), (count.get(textOf(event)) ?? 0) + 1)
    for (const effect of effects(run)) {
      const found = count.get(textOf(effect)) ?? 0
      if (found === 0) return `${named(effect)} was acknowledged and has no event`
      if (found > 1) return `${named(effect)} was acknowledged and has ${found} events`
    }
    for (const effect of unknown?.(run) ?? []) {
      const found = count.get(textOf(effect)) ?? 0
      if (found > 1) return `${named(effect)} happened once at most and has ${found} events`
    }
    return undefined
  }
})

const textOf = ({ key, what }: Effected): string => `${what}\u0000${key}`

const named = ({ key, what }: Effected): string => `${what} of ${cut(key)}`
