/**
 * What an isolate remembers between requests: a value and when it was read, never a fiber or a promise that requests
 * would share.
 */
import { Clock, Effect } from "effect"

/** The memory of one isolate for one value: nobody tells it when the value changes. */
export interface Remembered<A> {
  readonly read: Effect.Effect<{ readonly value: A; readonly at: number } | undefined>
  readonly write: (value: A, at: number) => Effect.Effect<void>
}

/** The value as it was remembered less than so many milliseconds ago, or read anew, and kept if it is worth keeping. */
export const copied = Effect.fnUntraced(function* <A, E, R>(
  memory: Remembered<A>,
  maximumAge: number,
  read: Effect.Effect<A, E, R>,
  isKept: (value: A) => boolean = () => true
) {
  const now = yield* Clock.currentTimeMillis
  const remembered = yield* memory.read
  if (remembered !== undefined && now < remembered.at + maximumAge) return remembered.value
  const value = yield* read
  if (isKept(value)) yield* memory.write(value, now)
  return value
})

/** A memory that is the process's own, as an isolate's is. */
export const ownMemory = <A>(): Remembered<A> => {
  let remembered: { readonly value: A; readonly at: number } | undefined
  return {
    read: Effect.sync(() => remembered),
    write: (value, at) =>
      Effect.sync(() => {
        remembered = { value, at }
      })
  }
}
