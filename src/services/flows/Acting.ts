/** Doing something in somebody's name, which the audit events of it tell. */
import { Effect } from "effect"
import { type Acting, Actor } from "../ports/Actor.ts"

export const acting =
  (who: Acting) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Effect.provideService(effect, Actor, who)

/** Whoever runs commands over a binding of the Worker's. */
export const operator: Acting = { by: "operator", permitted: null }
