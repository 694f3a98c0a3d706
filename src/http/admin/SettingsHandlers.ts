/** What the endpoints of `/admin/settings` do. */
import { Effect } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { tagOf } from "../../domain/EntityTag.ts"
import { readSettings, setSettings, type ShownSettings } from "../../services/flows/operator/SetSettings.ts"
import { AdminApi } from "./AdminApi.ts"
import { answered } from "./Answered.ts"
import { expectedIn, withTag } from "./Wire.ts"

export const SettingsHandlers = HttpApiBuilder.group(AdminApi, "settings", (handlers) =>
  handlers.handleAll({
    showSettings: () => answered(Effect.map(readSettings(), shown)),
    updateSettings: ({ headers, payload }) =>
      Effect.flatMap(expectedIn(headers), (expected) =>
        answered(Effect.map(setSettings({ change: payload }, expected), shown))
      )
  })
)

const shown = (settings: ShownSettings) => withTag(settings, tagOf(settings))
