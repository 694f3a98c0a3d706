/** What may go wrong in a run: the names of all faults, and what one of them does to a call. */
import type { Exit } from "effect"

/** Every fault by its name. Delay and reordering are not here: they are what the choice of the next moment does. */
export const faults = [
  /** The backend turned the call away before doing anything, and said so. */
  "fail before",
  /** The object had too much to do and refused (`.overloaded`). */
  "overload",
  /** The call never arrived; the caller only sees the connection break. */
  "lost request",
  /** It was done and committed; the answer was lost. */
  "lost reply",
  /** The caller gave up; it is done later all the same. */
  "late execution",
  /** The handler returned, the commit failed: what it wrote is undone, the object begins anew. */
  "commit failure",
  /** The object begins anew before it answers: its memory is gone, its committed rows are not. */
  "restart",
  /** The isolate that several clients would share is gone, and what it remembered: the next of them has a new one. */
  "isolate lost",
  /** The client hangs up: the request's fiber ends where it is. */
  "disconnect",
  /** Worker and object run different versions of the code. */
  "version skew",
  /** KV: a location answers with what was true before; a miss too. */
  "stale read",
  /** KV: a location that has no copy cannot get one; one that has goes on. */
  "brown-out",
  /** KV: a second write of a key within a second is refused. */
  "write refused",
  /** D1: a replica is behind. */
  "replica lag",
  /** Queue: a batch is delivered once more than it was acknowledged. */
  "duplicate delivery",
  /** Queue: a later message comes first. */
  "reordered delivery",
  /** Queue or alarm: the consumer is ended in the middle, and its work comes again. */
  "consumer failure",
  /** Alarm: it rings twice at once. */
  "duplicate alarm",
  /** Alarm: after six failures the platform forgets it. */
  "dropped alarm",
  /** Cron: it does not run this time. */
  "cron missed",
  /** Cron: it runs twice. */
  "cron twice",
  /** Clocks of two nodes disagree. */
  "clock skew"
] as const

export type Fault = (typeof faults)[number]

/** What a fault does to one call. */
export interface Befall<E = unknown> {
  readonly fault: Fault
  /** Whether the call is executed: now, never, after the caller heard its answer, or now and then undone. */
  readonly executes: "now" | "never" | "later" | "undone"
  /** The place it went to begins anew first: what it only remembered is gone. */
  readonly restarts?: boolean
  /** What the caller hears: the call's own result, this failure, or nothing, because it is gone. */
  readonly hears: "result" | "nothing" | Exit.Exit<never, E>
}
