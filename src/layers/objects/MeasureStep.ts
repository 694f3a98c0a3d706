/** The step by which an object of any class says how large it is. */
import { Result, Schema } from "effect"
import { type CountPosition, Measured, type RowCount } from "../../domain/ShardSize.ts"
import { Measuring } from "../../services/storage/Shards.ts"
import type { Step, Transaction } from "./Step.ts"
import type { Rows, TableSpecs } from "./Table.ts"

/** Rows counted in one call: keys and ends are read, bodies are not. */
export const countedAtOnce = 10_000

/** Of tables that are only known when it runs. */
export const measureStep = <Specs extends TableSpecs>(
  tables: () => Specs
): Step<Specs, Measuring, Measured, never> => ({
  request: Measuring,
  reply: Measured,
  refusal: Schema.Never,
  run: (tx: Transaction<Specs>, { from }) => {
    const rowsOf = tx as unknown as Readonly<Record<string, Rows<unknown>>>
    const all = Object.entries(tables())
    // A table that is gone since the last call is no reason to stand still.
    const first = Math.max(
      0,
      all.findIndex(([, { name }]) => name === from?.table)
    )
    const counted: Record<string, RowCount> = {}
    let left = countedAtOnce
    let next: CountPosition | null = null
    for (const [key, { name }] of all.slice(first)) {
      const part = rowsOf[key]?.count(from?.table === name ? from.after : [], left, tx.now)
      if (part === undefined) continue
      counted[name] = { rows: part.rows, live: part.live }
      left -= part.rows
      if (part.last !== null && left === 0) {
        next = { table: name, after: part.last }
        break
      }
    }
    return Result.succeed(new Measured({ bytes: tx.bytes(), counted, next }))
  }
})
