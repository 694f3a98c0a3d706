/** The look over the database in memory. */
import { Effect } from "effect"
import { unbranded } from "../../domain/Branding.ts"
import { bind } from "../../services/storage/Bind.ts"
import { BrandingChanged, Brandings } from "../../services/storage/Brandings.ts"
import { batch, madeOr, once, query } from "./MemoryDatabase.ts"

const one = "1"

export const BrandingsMemory = bind(Brandings, {
  find: () => query("Branding.find", (db) => db.branding.get(one) ?? unbranded),
  set: (branding, event) =>
    batch("Branding.set", (db) =>
      once(db, event, () => {
        if ((db.branding.get(one) ?? unbranded).version !== branding.version - 1) return false
        db.branding.set(one, branding)
        return true
      })
    ).pipe(Effect.flatMap((made) => madeOr(made, () => new BrandingChanged())))
})
