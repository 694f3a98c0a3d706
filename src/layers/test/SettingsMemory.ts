/** The settings over the database in memory. */
import { Effect } from "effect"
import { unset } from "../../domain/Settings.ts"
import { bind } from "../../services/storage/Bind.ts"
import { Settings, SettingsChanged } from "../../services/storage/Settings.ts"
import { batch, madeOr, query, replaced } from "./MemoryDatabase.ts"

export const SettingsMemory = bind(Settings, {
  find: () => query("Setting.find", (db) => db.settings.get("1") ?? unset),
  set: (settings, event) =>
    batch("Setting.set", (db) => replaced(db, db.settings, settings, event)).pipe(
      Effect.flatMap((made) => madeOr(made, () => new SettingsChanged()))
    )
})
