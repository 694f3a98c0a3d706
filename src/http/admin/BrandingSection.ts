/** `/admin/branding`: how the pages look. docs/decisions/0026-look-and-languages.md. */
import { Schema } from "effect"
import { HttpApiEndpoint, OpenApi } from "effect/http-api"
import { Branding } from "../../domain/Branding.ts"
import { PreconditionFailed, PreconditionRequired } from "./Problems.ts"
import { section } from "./Section.ts"
import { ifMatch, tagged } from "./Wire.ts"

const Look = Schema.Struct(Branding.fields)

export const BrandingSection = section("branding", "Branding")
  .add(
    HttpApiEndpoint.get("showBranding", "/branding", { success: tagged(Look) }).annotate(
      OpenApi.Summary,
      "Shows how the pages look"
    )
  )
  .add(
    HttpApiEndpoint.put("setBranding", "/branding", {
      headers: ifMatch,
      payload: Schema.Struct({
        name: Schema.optionalKey(Schema.String),
        logo: Schema.optionalKey(Schema.String),
        colours: Schema.optionalKey(
          Schema.Record(Schema.String, Schema.String).annotate({ description: "By scheme and name: light.accent" })
        ),
        css: Schema.optionalKey(Schema.String)
      }),
      success: tagged(Look),
      error: [PreconditionFailed, PreconditionRequired]
    }).annotateMerge(
      OpenApi.annotations({
        summary: "Sets how the pages look",
        description: "What is left out goes back to what comes with Hapax. Every page shows it within a minute."
      })
    )
  )
