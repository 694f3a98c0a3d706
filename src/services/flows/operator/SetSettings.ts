/** Settings of the provider: showing and changing them. Every isolate goes by them within a minute. */
import { Effect, Result, Schema } from "effect"
import { type Expected, isExpected } from "../../../domain/EntityTag.ts"
import { inForce, type ProviderSettings, resettled } from "../../../domain/Settings.ts"
import { retried } from "../../storage/Retry.ts"
import { Settings } from "../../storage/Settings.ts"
import { newEvent } from "./NewEvent.ts"
import { InvalidField, SettingsConflict } from "./Refusals.ts"

/** By section and name; null takes a setting back to what it is as it comes. */
export const SettingsUpdate = Schema.Struct({
  change: Schema.Record(Schema.String, Schema.Record(Schema.String, Schema.Unknown))
})
export type SettingsUpdate = typeof SettingsUpdate.Type

export const readSettings = Effect.fn("ReadSettings")(function* () {
  return shownSettings(yield* retried(Settings.find)())
})

export const setSettings = Effect.fn("SetSettings")(function* ({ change }: SettingsUpdate, expected: Expected = "any") {
  const before = yield* retried(Settings.find)()
  if (!isExpected(expected, before)) return yield* conflict
  const settings = yield* Effect.fromResult(
    Result.mapError(
      resettled(before, change),
      ({ field, message }) => new InvalidField({ field, message: `${field}: ${message}.` })
    )
  )
  const members = Object.entries(change).flatMap(([section, fields]) =>
    Object.keys(fields).map((field) => `${section}.${field}`)
  )
  const event = yield* newEvent({ type: "settings.updated", detail: { members: members.join(" ") } })
  yield* retried(Settings.set)(settings, event).pipe(Effect.catchTag("SettingsChanged", () => conflict))
  return shownSettings(settings)
})

const conflict = new SettingsConflict({
  message: "Somebody else changed the settings at the same time: look at them, and try again."
})

/** What was set, and every setting as it is in force. */
const shownSettings = (settings: ProviderSettings) => {
  const { version, ...set } = settings
  return { version, set, inForce: inForce(settings) }
}
export type ShownSettings = ReturnType<typeof shownSettings>
