/** What a flow cost, counted by the layers that spend it. */
import { Context, Effect } from "effect"

/** Operations on the platform, as its price list counts them. `setAlarm` is a row written. */
export interface Cost {
  objectCalls: number
  objectRowsRead: number
  objectRowsWritten: number
  /** Of the object calls, those that leased permits for many requests, and the rows that they wrote. */
  leases: number
  leaseRowsWritten: number
  d1Calls: number
  d1RowsRead: number
  d1RowsWritten: number
  kvReads: number
  kvWrites: number
  queueMessages: number
  r2Writes: number
  r2Reads: number
}

export const zero = (): Cost => ({
  objectCalls: 0,
  objectRowsRead: 0,
  objectRowsWritten: 0,
  leases: 0,
  leaseRowsWritten: 0,
  d1Calls: 0,
  d1RowsRead: 0,
  d1RowsWritten: 0,
  kvReads: 0,
  kvWrites: 0,
  queueMessages: 0,
  r2Writes: 0,
  r2Reads: 0
})

/** The sum into which the layers count; whoever wants to know a flow's cost provides a new one around it. */
export const CurrentCost = Context.Reference<Cost>("hapax/ports/CurrentCost", { defaultValue: zero })

/** Adds to the current sum. */
export const count = (spent: Partial<Cost>): Effect.Effect<void> =>
  Effect.contextWith((context) => {
    const cost = Context.get(context, CurrentCost)
    for (const [key, amount] of Object.entries(spent) as Array<[keyof Cost, number]>) cost[key] += amount
    return Effect.void
  })
