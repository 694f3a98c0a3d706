/** What every store of the settings keeps. */
import { Equal, Schema } from "effect"
import { ProviderSettings } from "../../domain/Settings.ts"
import { oneRowLaws } from "./OneRow.laws.ts"
import { Settings, settingsCopyLifetime } from "./Settings.ts"

const encode = Schema.encodeSync(ProviderSettings)

/** A whole number that follows from a text, within the bounds of each setting that it is made for: 100 to 1099. */
const numberOf = (text: string): number =>
  [...text].reduce((sum, sign) => (sum * 31 + sign.charCodeAt(0)) % 1000, 7) + 100

export const settingsLaws = oneRowLaws({
  what: "the settings",
  names: ["Setting.find", "Setting.copy", "Setting.set"],
  event: "settings.updated",
  copyLifetime: settingsCopyLifetime,
  find: Settings.find,
  copy: Settings.copy,
  set: Settings.set,
  refusal: "SettingsChanged",
  make: (version, text) =>
    new ProviderSettings({
      keys: { rotateAfterDays: numberOf(text), retiredForDays: numberOf(`${text}.`) },
      retention: { auditDays: numberOf(`.${text}`) },
      version
    }),
  isSame: (one, other) => Equal.equals(encode(one), encode(other))
})
