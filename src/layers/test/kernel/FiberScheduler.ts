/**
 * Runs the fibers of a simulation, each to its next suspension, in one turn of the host: nothing here waits for it.
 */
import type { Scheduler } from "effect"

export class FiberScheduler implements Scheduler.Scheduler {
  readonly executionMode = "sync"
  private ready: Array<() => void> = []

  /** A fiber yields where it waits for something, never because it ran for long. */
  shouldYield(): boolean {
    return false
  }

  makeDispatcher(): Scheduler.SchedulerDispatcher {
    return {
      scheduleTask: (task) => {
        this.ready.push(task)
      },
      flush: () => this.drain()
    }
  }

  /** Runs what is ready, and what that makes ready, until everybody waits. */
  drain(): void {
    while (this.ready.length > 0) {
      const tasks = this.ready
      this.ready = []
      for (const task of tasks) task()
    }
  }
}
