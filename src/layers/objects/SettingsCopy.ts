/** An isolate's own copy of the settings. */
import { Effect, Layer } from "effect"
import type { ProviderSettings } from "../../domain/Settings.ts"
import { bind } from "../../services/storage/Bind.ts"
import { Settings, settingsCopyLifetime } from "../../services/storage/Settings.ts"
import { storage } from "../../services/storage/Storage.ts"
import { copied, ownMemory, type Remembered } from "./IsolateCopy.ts"

/** The memory of one isolate. Eventual: nobody tells it when the settings change. */
export const IsolateSettings = storage.eventual("Isolate.Settings")<Remembered<ProviderSettings>>()

export const SettingsIsolate = bind(Settings, {
  copy: Effect.fnUntraced(function* () {
    return yield* copied(yield* IsolateSettings, settingsCopyLifetime, Settings.find())
  })
})

export const settingsMemory = Layer.sync(IsolateSettings, () => ownMemory<ProviderSettings>())
