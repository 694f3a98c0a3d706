/** The look over the database in memory. */
import { Effect } from "effect"
import { unbranded } from "../../domain/Branding.ts"
import { bind } from "../../services/storage/Bind.ts"
import { BrandingChanged, Brandings } from "../../services/storage/Brandings.ts"
import { batch, madeOr, query, replaced } from "./MemoryDatabase.ts"

export const BrandingsMemory = bind(Brandings, {
  find: () => query("Branding.find", (db) => db.branding.get("1") ?? unbranded),
  set: (branding, event) =>
    batch("Branding.set", (db) => replaced(db, db.branding, branding, event)).pipe(
      Effect.flatMap((made) => madeOr(made, () => new BrandingChanged()))
    )
})
