/** Where on earth a caller stands: what one location has seen, another has not. */
import { Context, Effect } from "effect"
import { CurrentCaller } from "../kernel/World.ts"

/** The location of what runs here; undefined: that of its isolate. */
export const CurrentLocation = Context.Reference<string | undefined>("hapax/test/CurrentLocation", {
  defaultValue: () => undefined
})

/** Runs in a location: those who run in one see each other's writes at once. */
export const inLocation =
  (location: string) =>
  <A, E, R>(run: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Effect.provideService(run, CurrentLocation, location)

/** The caller's location: every isolate is in one of its own unless somebody says otherwise, the test is "here". */
export const location: Effect.Effect<string> = Effect.withFiber((fiber) => {
  const caller = fiber.getRef(CurrentCaller)
  const isolate = caller !== undefined && "isolate" in caller ? String(caller.isolate) : "here"
  return Effect.succeed(fiber.getRef(CurrentLocation) ?? isolate)
})
