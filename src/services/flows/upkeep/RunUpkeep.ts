/**
 * What keeps a provider running for years, set off by a cron every few minutes or by its operator.
 *
 * Nothing is promised about a cron: it may run twice at once, late, or not at all, and end in the middle. So each job
 * decides by what is stored whether there is something to do, does a bounded part of it, and goes on at its next turn.
 */
import { Cause, Clock, Effect } from "effect"
import { raiseAlert } from "./RaiseAlert.ts"

/** A job: idempotent, bounded, and safe beside itself. */
export interface Job<E, R> {
  readonly name: string
  /** Does what is due; says in a few numbers what it did. */
  readonly run: Effect.Effect<Readonly<Record<string, number>>, E, R>
}

/** What became of a job: what it did, or that it failed. */
export interface JobReport {
  readonly name: string
  /** Null if it failed; the log says why. */
  readonly did: Readonly<Record<string, number>> | null
  /** Milliseconds. */
  readonly took: number
}

type ErrorOf<J> = J extends Job<infer E, infer _R> ? E : never
type ServicesOf<J> = J extends Job<infer _E, infer R> ? R : never

/** Runs the jobs one after the other; one that fails is logged, and does not keep the next one from running. */
export const runJobs = Effect.fn("RunUpkeep")(function* <J extends Job<unknown, unknown>>(jobs: ReadonlyArray<J>) {
  const reports: Array<JobReport> = []
  for (const job of jobs) reports.push(yield* runJob(job as Job<ErrorOf<J>, ServicesOf<J>>))
  return reports
})

const runJob = Effect.fnUntraced(function* <E, R>({ name, run }: Job<E, R>) {
  const began = yield* Clock.currentTimeMillis
  const did = yield* run.pipe(
    Effect.catchCauseIf(
      // Whoever ends the whole run wants no next job.
      (cause) => !Cause.hasInterrupts(cause),
      (cause) =>
        Effect.logError("a job of the upkeep failed", cause).pipe(
          Effect.annotateLogs({ job: name }),
          Effect.andThen(raiseAlert("upkeep.failed", { job: name })),
          Effect.as(null)
        )
    ),
    Effect.withSpan("Upkeep.job", { attributes: { job: name } })
  )
  return { name, did, took: (yield* Clock.currentTimeMillis) - began } satisfies JobReport
})
