/** Setting how the pages look. Every isolate shows it within a minute. */
import { Effect, Result, Schema } from "effect"
import { Branding, rebranded, unbranded } from "../../../domain/Branding.ts"
import { type Expected, isExpected } from "../../../domain/EntityTag.ts"
import { Brandings } from "../../storage/Brandings.ts"
import { retried } from "../../storage/Retry.ts"
import { newEvent } from "./NewEvent.ts"
import { BrandingConflict, InvalidField } from "./Refusals.ts"

/** What is given replaces what was there; with `reset`, everything that is not given goes. */
export const BrandingUpdate = Schema.Struct({
  reset: Schema.optionalKey(Schema.Boolean),
  name: Schema.optionalKey(Schema.String),
  logo: Schema.optionalKey(Schema.String),
  /** By scheme and name: `light.accent`. */
  colours: Schema.optionalKey(Schema.Record(Schema.String, Schema.String)),
  css: Schema.optionalKey(Schema.String)
})
export type BrandingUpdate = typeof BrandingUpdate.Type

export const readBranding = Effect.fn("ReadBranding")(function* () {
  return yield* retried(Brandings.find)()
})

export const setBranding = Effect.fn("SetBranding")(function* (
  { reset = false, ...change }: BrandingUpdate,
  expected: Expected = "any"
) {
  const found = yield* readBranding()
  if (!isExpected(expected, found)) return yield* conflict
  const before = reset ? new Branding({ ...unbranded, version: found.version }) : found
  const branding = yield* Effect.fromResult(
    Result.mapError(
      rebranded(before, change),
      ({ field, message }) => new InvalidField({ field, message: `${field}: ${message}.` })
    )
  )
  const members = [...(reset ? ["reset"] : []), ...Object.keys(change)].join(" ")
  const event = yield* newEvent({ type: "branding.updated", detail: { members } })
  yield* retried(Brandings.set)(branding, event).pipe(Effect.catchTag("BrandingChanged", () => conflict))
  return branding
})

const conflict = new BrandingConflict({
  message: "Somebody else changed the branding at the same time: look at it, and try again."
})
