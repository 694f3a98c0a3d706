/** The past of a run: what was asked of storage before its clients began, for oracles that start from there. */
import { Clock, Effect } from "effect"
import { Around, type Call } from "../../../../services/storage/Consistency.ts"

/** A call that was done in peace, and when (milliseconds). */
export interface Done {
  readonly call: Call
  readonly now: number
}

export interface WithPast {
  readonly past: ReadonlyArray<Done>
}

/** A set-up whose scene also holds what it asked of storage. */
export const withPast = <S extends object, E, R>(setup: Effect.Effect<S, E, R>): Effect.Effect<S & WithPast, E, R> =>
  Effect.suspend(() => {
    const past: Array<Done> = []
    const around = <A, E2, R2>(call: Call, run: Effect.Effect<A, E2, R2>): Effect.Effect<A, E2, R2> =>
      Effect.flatMap(Clock.currentTimeMillis, (now) =>
        // A refusal may have been written down too: a guess that was wrong is one guess less.
        Effect.onExit(run, () =>
          Effect.sync(() => {
            past.push({ call, now })
          })
        )
      )
    return Effect.map(Effect.provideService(setup, Around, around), (scene) => ({ ...scene, past }))
  })
