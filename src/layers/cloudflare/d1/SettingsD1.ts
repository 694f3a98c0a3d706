/** What the operator decided, in D1: one row, each change with its audit event in one batch. */
import { Effect, Schema } from "effect"
import { ProviderSettings, unset } from "../../../domain/Settings.ts"
import { bind } from "../../../services/storage/Bind.ts"
import { Settings, SettingsChanged } from "../../../services/storage/Settings.ts"
import { D1Primary } from "./D1Client.ts"
import { rowsOf } from "./D1Rows.ts"
import { replaceOne, selectOne } from "./OneRowD1.ts"

const table = "provider_settings"

const read = rowsOf("Setting.find", Schema.Struct({ settings: Schema.fromJsonString(ProviderSettings) }))

const encode = Schema.encodeSync(Schema.fromJsonString(ProviderSettings))

export const SettingsD1 = bind(Settings, {
  find: () =>
    D1Primary.use((d1) => d1.query("Setting.find", selectOne(table))).pipe(
      Effect.flatMap(read),
      Effect.map(([row]) => row?.settings ?? unset)
    ),
  set: (settings, event) =>
    replaceOne(
      { operation: "Setting.set", table, settings: encode(settings), version: settings.version, event },
      () => new SettingsChanged()
    )
})
