/** What the endpoints of `/admin/branding` do. */
import { Effect } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import type { Branding } from "../../domain/Branding.ts"
import { tagOf } from "../../domain/EntityTag.ts"
import { readBranding, setBranding } from "../../services/flows/operator/SetBranding.ts"
import { AdminApi } from "./AdminApi.ts"
import { answered } from "./Answered.ts"
import { expectedIn, withTag } from "./Wire.ts"

export const BrandingHandlers = HttpApiBuilder.group(AdminApi, "branding", (handlers) =>
  handlers.handleAll({
    showBranding: () => answered(Effect.map(readBranding(), shown)),
    setBranding: ({ headers, payload }) =>
      Effect.flatMap(expectedIn(headers), (expected) =>
        answered(Effect.map(setBranding({ reset: true, ...payload }, expected), shown))
      )
  })
)

const shown = (branding: Branding) => withTag(branding, tagOf(branding))
