/** The settings that are in force, at most a minute old. */
import { Effect } from "effect"
import { inForce } from "../../domain/Settings.ts"
import { Settings } from "../storage/Settings.ts"
import { retried } from "../storage/Retry.ts"

export const settingsNow = Effect.fnUntraced(function* () {
  return inForce(yield* retried(Settings.copy)())
})
