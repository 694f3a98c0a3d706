/** What the operator decided, in D1: one row, each change with its audit event in one batch. */
import { Effect, Schema } from "effect"
import { ProviderSettings, unset } from "../../../domain/Settings.ts"
import { bind } from "../../../services/storage/Bind.ts"
import { Settings, SettingsChanged } from "../../../services/storage/Settings.ts"
import { D1Primary } from "./D1Client.ts"
import { rowsOf } from "./D1Rows.ts"
import { save, selectAll, theOne } from "./VersionedRowsD1.ts"

const table = "provider_settings"

const read = rowsOf("Setting.find", Schema.Struct({ json: Schema.fromJsonString(ProviderSettings) }))

const encode = Schema.encodeSync(Schema.fromJsonString(ProviderSettings))

export const SettingsD1 = bind(Settings, {
  find: () =>
    D1Primary.use((d1) => d1.query("Setting.find", selectAll(table))).pipe(
      Effect.flatMap(read),
      Effect.map(([row]) => row?.json ?? unset)
    ),
  set: (settings, event) =>
    save(
      { operation: "Setting.set", table, event, key: theOne, row: encode(settings), version: settings.version },
      () => new SettingsChanged()
    )
})
