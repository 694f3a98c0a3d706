/** A thread of the search: does one job after the other, as it is told. */
import { parentPort, workerData } from "node:worker_threads"
import { Effect } from "effect"
import { type Job, type Outcome, perform } from "./Job.ts"
import { findEntry } from "./Registry.ts"

export type Message =
  | { readonly _tag: "ran"; readonly schedules: number }
  | { readonly _tag: "done"; readonly outcome: Outcome }
  | { readonly _tag: "broke"; readonly problem: string }

const { from } = workerData as { readonly from: string | undefined }

const say = (message: Message): void => parentPort?.postMessage(message)

const work = async (job: Job): Promise<Outcome> => {
  const entry = await findEntry(job.scenario, from)
  return Effect.runPromise(perform(job, entry, (schedules) => say({ _tag: "ran", schedules })))
}

parentPort?.on("message", (job: Job) => {
  work(job).then(
    (outcome) => say({ _tag: "done", outcome }),
    (problem: unknown) =>
      say({ _tag: "broke", problem: problem instanceof Error ? (problem.stack ?? problem.message) : String(problem) })
  )
})
