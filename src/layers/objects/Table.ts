/**
 * Rows as an object's transaction sees them: synchronous, by key, one row a thing.
 *
 * A table is described once, as data; SQLite in a Durable Object and maps in memory are two readings of the same
 * description, so that one transaction (a `Step`) runs on both. A row's body is JSON decoded by its schema: a row of
 * another version of this code is a typed failure, never a guess.
 */
import type { Schema } from "effect"

/** One table of an object. Keys are text, in the order of the primary key. */
export interface TableSpec<Row> {
  readonly name: string
  readonly keys: ReadonlyArray<string>
  readonly keyOf: (row: Row) => ReadonlyArray<string>
  /** When nobody can want a row any more (milliseconds); null for a table whose rows stay until they are deleted. */
  readonly expiresAt: ((row: Row) => number) | null
  /** Whether rows stay after that for as long as the operator says (`retention`), to be looked at. */
  readonly isRetained?: true
  readonly schema: Schema.Codec<Row, unknown>
}

/** The rows of one table, in one transaction. */
export interface Rows<Row> {
  readonly get: (...key: ReadonlyArray<string>) => Row | undefined
  readonly put: (row: Row) => void
  readonly delete: (...key: ReadonlyArray<string>) => boolean
  /** The rows whose key begins with these columns, by a search of the primary key. */
  readonly under: (...prefix: ReadonlyArray<string>) => ReadonlyArray<Row>
  /** At most so many rows whose key comes after this one, in the order of the keys; from the first if it is empty. */
  readonly page: (after: ReadonlyArray<string>, limit: number) => ReadonlyArray<Row>
  /** The same rows, counted and not read. */
  readonly count: (after: ReadonlyArray<string>, limit: number, now: number) => Counted
}

/** Of some rows, how many there are, and how many of them have not expired. */
export interface Counted {
  readonly rows: number
  readonly live: number
  /** The key of the last one; null if there was none. */
  readonly last: ReadonlyArray<string> | null
}

// oxlint-disable-next-line typescript/no-explicit-any -- the tables of an object differ in their rows; a step names one
export type AnyTable = TableSpec<any>
export type TableSpecs = Readonly<Record<string, AnyTable>>

/** A description of a table, with its row type for inference. */
export const table = <Row>(spec: TableSpec<Row>): TableSpec<Row> => spec
