/** What happened in a run, as oracles and people read it. */
import type { Exit } from "effect"
import type { Call as Operation } from "../../../services/storage/Consistency.ts"
import type { Access } from "./Access.ts"
import type { Fault } from "./Fault.ts"

/** What somebody did, from when to when. Moments are numbers of steps of the run, times are virtual milliseconds. */
export interface Span {
  readonly client: string
  readonly began: number
  /**
   * The moment at which the first of its calls was executed; undefined if none was. Before that, nobody but itself can
   * tell that it began: two spans follow one another if one `ended` before the other was `executed`.
   */
  executed: number | undefined
  /** The last moment at which one of its calls was executed: a late one after its caller heard that it failed, too. */
  lastExecuted: number | undefined
  /** The time at which the first of its calls was executed, by the world's clock. */
  executedAt: number | undefined
  ended: number | undefined
  endedAt: number | undefined
  /** Undefined while it goes on, and for ever if whoever did it is gone. */
  result: Exit.Exit<unknown, unknown> | undefined
}

/** A storage operation as its caller saw it. */
export interface OperationRecord extends Span {
  readonly call: Operation
}

/** Something a client did: a request to the provider, with its answer. */
export interface ActionRecord extends Span {
  readonly action: string
}

/** One step of a run: who moved, where, and what befell it. Only kept when somebody will read it. */
export interface Moment {
  readonly step: number
  /** The client, or the part of the platform that moves by itself. */
  readonly who: string
  /** The object, the database, the location; undefined for a moment of the client alone. */
  readonly place: string | undefined
  readonly what:
    | "starts"
    | "executes"
    | "hears"
    | "executes and hears"
    | "arrives late"
    | "wakes"
    | "hangs up"
    | "ends"
    | "happens"
  readonly operation: string
  readonly fault: Fault | undefined
  readonly outcome: string
  /** Virtual milliseconds since the run began. */
  readonly time: number
  /** What it touched. */
  readonly access: Access
}

export interface History {
  readonly operations: ReadonlyArray<OperationRecord>
  readonly actions: ReadonlyArray<ActionRecord>
  readonly moments: ReadonlyArray<Moment>
}
