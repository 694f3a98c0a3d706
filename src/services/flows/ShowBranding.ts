/** How the pages look now. They look as they come where storage fails: looks protect nobody. */
import { Effect } from "effect"
import { unbranded } from "../../domain/Branding.ts"
import { Brandings } from "../storage/Brandings.ts"

export const showBranding = Effect.fn("ShowBranding")(function* () {
  return yield* Brandings.copy().pipe(
    Effect.catch((error) =>
      Effect.as(
        Effect.logWarning("unbranded").pipe(Effect.annotateLogs({ known: error._tag, detail: error.detail })),
        unbranded
      )
    )
  )
})
