/**
 * Threads that do jobs, in the order in which the jobs are listed.
 *
 * Which thread does which job depends on their speed, what comes of it does not: after a failure the jobs that were
 * listed before are finished, and the first of all failures is the one that is told.
 */
import { Worker } from "node:worker_threads"
import type { Job, Outcome } from "./Job.ts"
import type { Message } from "./Worker.ts"

export interface Done {
  readonly job: Job
  readonly outcome: Outcome
}

export interface Crew {
  /** Does jobs until one fails; the outcomes in the order of the jobs. */
  readonly work: (jobs: ReadonlyArray<Job>, ran: (job: Job, schedules: number) => void) => Promise<ReadonlyArray<Done>>
  readonly dismiss: () => Promise<void>
}

export const hire = (threads: number, from: string | undefined): Crew => {
  const workers = Array.from(
    { length: threads },
    () => new Worker(new URL("Worker.ts", import.meta.url), { workerData: { from } })
  )
  return {
    work: async (jobs, ran) => {
      const done: Array<Done> = []
      let next = 0
      let failed = jobs.length
      const keepBusy = async (worker: Worker): Promise<void> => {
        while (next < failed) {
          const number = next++
          const job = jobs[number] as Job
          const outcome = await doJob(worker, job, (schedules) => ran(job, schedules))
          done[number] = { job, outcome }
          if (outcome.failure !== undefined) failed = Math.min(failed, number)
        }
      }
      await Promise.all(workers.map(keepBusy))
      // Jobs after the one that failed may have been done or not: what came of them is not told.
      return done.slice(0, failed + 1)
    },
    dismiss: async () => {
      await Promise.all(workers.map((worker) => worker.terminate()))
    }
  }
}

const doJob = (worker: Worker, job: Job, ran: (schedules: number) => void): Promise<Outcome> =>
  new Promise((resolve, reject) => {
    const leave = () => {
      worker.off("message", hear)
      worker.off("error", fail)
    }
    const fail = (problem: unknown) => {
      leave()
      reject(new Error(`the search of ${job.scenario} broke`, { cause: problem }))
    }
    const hear = (message: Message) => {
      if (message._tag === "ran") return ran(message.schedules)
      if (message._tag === "broke") return fail(message.problem)
      leave()
      resolve(message.outcome)
    }
    worker.on("message", hear)
    worker.on("error", fail)
    worker.postMessage(job)
  })
