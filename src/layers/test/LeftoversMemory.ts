/** What is left over in the database in memory, a page at a time. */
import { bind } from "../../services/storage/Bind.ts"
import { Holder } from "../../services/storage/Identifiers.ts"
import { type Cleaning, Leftovers } from "../../services/storage/Leftovers.ts"
import type { Cells } from "./kernel/Cells.ts"
import { batch, type MemoryDatabase } from "./MemoryDatabase.ts"

/** The rows of the next page, and where the one after it begins. */
const turned = <A>(db: MemoryDatabase, what: string, rows: Cells<A>, { limit }: Cleaning) => {
  const begins = db.cleanUp.get(what) ?? ""
  const page = rows
    .entries()
    .filter(([key]) => key > begins)
    .slice(0, limit)
  db.cleanUp.set(what, page.length < limit ? "" : (page.at(-1)?.[0] ?? ""))
  return page
}

const deleted = <A>(rows: Cells<A>, page: ReadonlyArray<readonly [string, A]>, isOver: (row: A) => boolean): number => {
  const over = page.filter(([, row]) => isOver(row))
  for (const [key] of over) rows.delete(key)
  return over.length
}

export const LeftoversMemory = bind(Leftovers, {
  tokens: (cleaning) =>
    batch("Leftover.tokens", (db) => {
      const page = turned(db, "initial_access_tokens", db.initialTokens, cleaning)
      return deleted(db.initialTokens, page, ({ expiresAt }) => expiresAt <= cleaning.before)
    }),
  tombstones: (cleaning) =>
    batch("Leftover.tombstones", (db) => {
      const page = turned(db, "directory", db.directory, cleaning)
      return deleted(db.directory, page, ({ status, updatedAt }) => status === "void" && updatedAt <= cleaning.before)
    }),
  reservations: (cleaning) =>
    batch("Leftover.reservations", (db) =>
      turned(db, "identifiers", db.identifiers, cleaning)
        .map(([, { identifier, reservedAt, userId }]) => new Holder({ identifier, reservedAt, userId }))
        .filter(
          ({ reservedAt, userId }) =>
            reservedAt <= cleaning.before && (db.directory.get(userId)?.status ?? "void") === "void"
        )
    )
})
