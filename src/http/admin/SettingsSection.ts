/** `/admin/settings`: what an operator decides while the provider runs. */
import { Schema } from "effect"
import { HttpApiEndpoint, OpenApi } from "effect/http-api"
import { PreconditionFailed, PreconditionRequired } from "./Problems.ts"
import { section } from "./Section.ts"
import { ifMatch, tagged } from "./Wire.ts"

/** By section and name (`domain/Settings.ts`), as the operator's commands have them. */
const BySection = Schema.Record(Schema.String, Schema.Record(Schema.String, Schema.Json))

const Settings = Schema.Struct({
  version: Schema.Int,
  set: BySection.annotate({ description: "What was set" }),
  inForce: BySection.annotate({ description: "Every setting, as it is in force within a minute" })
}).pipe(Schema.encodeKeys({ inForce: "in_force" }))

export const SettingsSection = section("settings", "Settings")
  .add(
    HttpApiEndpoint.get("showSettings", "/settings", { success: tagged(Settings) }).annotate(
      OpenApi.Summary,
      "Shows the settings"
    )
  )
  .add(
    HttpApiEndpoint.patch("updateSettings", "/settings", {
      headers: ifMatch,
      payload: BySection,
      success: tagged(Settings),
      error: [PreconditionFailed, PreconditionRequired]
    }).annotateMerge(
      OpenApi.annotations({
        summary: "Changes settings",
        description: "By section and name; null takes one back to what it is as it comes (RFC 7396)."
      })
    )
  )
