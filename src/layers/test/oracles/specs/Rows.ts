/** Rows of tables as a value: what a sequential specification keeps, and a step's view of it. */
import type { Rows, TableSpec, TableSpecs } from "../../../objects/Table.ts"
import { identity } from "effect"
import { inOrder, separator } from "../../models/KeyOrder.ts"
import { fingerprint } from "../../kernel/Fingerprint.ts"

/** All rows, by the name of their table and their key. Never changed in place. */
export type RowState = ReadonlyMap<string, unknown>

export const noRows: RowState = new Map()

/** What a step makes of a state: nothing is copied until it writes. */
export class RowDraft {
  state: RowState
  private own: Map<string, unknown> | undefined

  constructor(state: RowState) {
    this.state = state
  }

  /** The tables as a transaction has them. */
  tables(specs: TableSpecs): Readonly<Record<string, Rows<unknown>>> {
    return Object.fromEntries(Object.entries(specs).map(([name, spec]) => [name, this.rowsOf(spec)]))
  }

  private rowsOf(spec: TableSpec<unknown>): Rows<unknown> {
    const nameOf = (key: ReadonlyArray<string>) => [spec.name, ...key].join(separator)
    return {
      get: (...key) => this.state.get(nameOf(key)),
      put: (row) => {
        this.changed().set(nameOf(spec.keyOf(row)), row)
      },
      delete: (...key) => this.state.has(nameOf(key)) && this.changed().delete(nameOf(key)),
      under: (...prefix) => {
        const beginning = nameOf(prefix) + separator
        const found = [...this.state].filter(([name]) => name.startsWith(beginning))
        return found.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row)
      },
      ...inOrder(() => this.entriesOf(spec.name + separator), identity, spec)
    }
  }

  private entriesOf(beginning: string): ReadonlyArray<readonly [string, unknown]> {
    return [...this.state]
      .filter(([name]) => name.startsWith(beginning))
      .map(([name, row]) => [name.slice(beginning.length), row] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1))
  }

  private changed(): Map<string, unknown> {
    if (this.own === undefined) {
      this.own = new Map(this.state)
      this.state = this.own
    }
    return this.own
  }
}

/** Equal texts for equal rows, in whatever order they were written; none if a row is more than data. */
export const textOfRows = (state: RowState): string | undefined => {
  const lines: Array<string> = []
  for (const [name, row] of state) {
    const text = fingerprint(row)
    if (text === undefined) return undefined
    lines.push(`${name}=${text}`)
  }
  return lines.sort().join("\n")
}
