/** Doing something in somebody's name, which the audit events of it tell. */
import { Effect } from "effect"
import { Actor } from "../ports/Actor.ts"

/** `by` is a user's or a client's id, or `operator`. */
export const acting =
  (by: string) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Effect.provideService(effect, Actor, by)
