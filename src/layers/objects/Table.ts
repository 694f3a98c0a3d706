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
  readonly schema: Schema.Codec<Row, unknown>
}

/** The rows of one table, in one transaction. */
export interface Rows<Row> {
  readonly get: (...key: ReadonlyArray<string>) => Row | undefined
  readonly put: (row: Row) => void
  readonly delete: (...key: ReadonlyArray<string>) => boolean
  /** The rows whose key begins with these columns, by a search of the primary key. */
  readonly under: (...prefix: ReadonlyArray<string>) => ReadonlyArray<Row>
}

// oxlint-disable-next-line typescript/no-explicit-any -- the tables of an object differ in their rows; a step names one
export type AnyTable = TableSpec<any>
export type TableSpecs = Readonly<Record<string, AnyTable>>

/** A description of a table, with its row type for inference. */
export const table = <Row>(spec: TableSpec<Row>): TableSpec<Row> => spec
