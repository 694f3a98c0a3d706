/**
 * A step: one operation's whole transaction in an object, as one synchronous function over rows.
 *
 * No Effect fiber runs inside it (Effect's scheduler may yield between two statements), and it answers with a value:
 * what it wrote is kept even when it refuses, as a reused code that revokes its tokens must be. Whoever runs a step
 * refuses to commit one that wrote a row and said nothing to the audit outbox: no flow can forget it.
 */
import type { Result, Schema } from "effect"
import type { AuditEntry } from "../../domain/AuditEvent.ts"
import type { Logout } from "../../domain/Logout.ts"
import type { DirectoryEntry } from "../../services/storage/Directory.ts"
import type { Rows, TableSpec } from "./Table.ts"

/** The rows of all tables of an object, and its outbox. */
export type Transaction<Specs> = {
  readonly [K in keyof Specs]: Specs[K] extends TableSpec<infer Row> ? Rows<Row> : never
} & {
  /** The moment of the transaction, in milliseconds: one clock an object. */
  readonly now: number
  /** Writes an event of what this transaction did into the outbox. */
  readonly audit: (entry: AuditEntry) => void
  /** Writes a new state of a user for the operator's directory into the outbox. */
  readonly mirror: (entry: DirectoryEntry) => void
  /** Writes a logout that a client is to be told of into the outbox. */
  readonly tell: (logout: Logout) => void
  /** How large the object's database is. */
  readonly bytes: () => number
}

/** What crosses the call to an object and back, and what happens there. */
export interface Step<Specs, Request, Reply, Refusal> {
  readonly request: Schema.Codec<Request, unknown>
  readonly reply: Schema.Codec<Reply, unknown>
  readonly refusal: Schema.Codec<Refusal, unknown>
  /**
   * Why this step may write and say nothing to the audit: it only marks something as used, and the effect that the mark
   * guards has an event of its own. Absent for every other step.
   */
  readonly quiet?: string
  /** Whether it is asked to have the object look after itself: its alarm is set unless it rings anyway. */
  readonly wakes?: true
  readonly run: (tx: Transaction<Specs>, request: Request) => Result.Result<Reply, Refusal>
}

/** Declares the step of one kind of object; `steps<typeof accountTables>()({ ... })`. */
export const step =
  <Specs>() =>
  <Request, Reply, Refusal = never>(
    declared: Step<Specs, Request, Reply, Refusal>
  ): Step<Specs, Request, Reply, Refusal> =>
    declared

// oxlint-disable-next-line typescript/no-explicit-any -- the steps of an object differ in all three; a caller names one
export type AnyStep = Step<any, any, any, any>
export type Steps = Readonly<Record<string, AnyStep>>

export type RequestOf<S> = S extends Step<infer _T, infer Request, infer _A, infer _E> ? Request : never
export type ReplyOf<S> = S extends Step<infer _T, infer _R, infer Reply, infer _E> ? Reply : never
export type RefusalOf<S> = S extends Step<infer _T, infer _R, infer _A, infer Refusal> ? Refusal : never
