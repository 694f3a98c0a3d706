/**
 * SQL on D1's primary, with errors that say what is known.
 *
 * A failed read did nothing. A failed write has an unknown outcome: the platform retries reads and never writes, and
 * whoever asks again must have made the statement idempotent.
 */
import type { D1Result } from "@cloudflare/workers-types"
import { Effect } from "effect"
import type { Database } from "../Bindings.ts"
import { count } from "../../../services/ports/Cost.ts"
import { storage } from "../../../services/storage/Storage.ts"
import { NotExecuted, OutcomeUnknown, type StorageError } from "../../../services/storage/StorageError.ts"

export type Parameter = string | number | null

export interface Statement {
  readonly sql: string
  readonly parameters: ReadonlyArray<Parameter>
}

export type Row = Readonly<Record<string, unknown>>

export interface D1Client {
  /** The rows of one query. */
  readonly query: (operation: string, statement: Statement) => Effect.Effect<ReadonlyArray<Row>, StorageError>
  /** All statements in one transaction, and the rows of each. */
  readonly batch: (
    operation: string,
    statements: ReadonlyArray<Statement>
  ) => Effect.Effect<ReadonlyArray<ReadonlyArray<Row>>, StorageError>
}

/**
 * D1 without the Sessions API: every statement goes to the one primary, and a batch is one transaction there. A failed
 * write has an unknown outcome; the client says so.
 */
export const D1Primary = storage.strong("D1.primary")<D1Client>()

export const statement = (sql: string, ...parameters: ReadonlyArray<Parameter>): Statement => ({ sql, parameters })

export const makeD1Client = (database: Database): D1Client => {
  const prepare = ({ parameters, sql }: Statement) => database.prepare(sql).bind(...parameters)
  return {
    query: (operation, one) =>
      Effect.tryPromise({
        try: () => prepare(one).all<Row>(),
        catch: (cause) => new NotExecuted({ operation, reason: reasonOf(cause), detail: text(cause) })
      }).pipe(
        Effect.tap((result) => spent([result])),
        onD1,
        Effect.map((result) => result.results)
      ),
    batch: (operation, statements) =>
      Effect.tryPromise({
        try: () => database.batch<Row>(statements.map(prepare)),
        catch: (cause) => new OutcomeUnknown({ operation, detail: text(cause) })
      }).pipe(
        Effect.tap(spent),
        onD1,
        Effect.map((results) => results.map((result) => result.results))
      )
  }
}

/** Says in the operation's span where it was asked. */
const onD1 = <A, E>(asked: Effect.Effect<A, E>) =>
  Effect.andThen(Effect.annotateCurrentSpan("hapax.backend", "D1"), asked)

const spent = (results: ReadonlyArray<D1Result<Row>>) =>
  count({
    d1Calls: 1,
    d1RowsRead: results.reduce((sum, { meta }) => sum + meta.rows_read, 0),
    d1RowsWritten: results.reduce((sum, { meta }) => sum + meta.rows_written, 0)
  })

const text = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause))

const reasonOf = (cause: unknown) => (/overloaded/i.test(text(cause)) ? "overloaded" : "unavailable")
