/** A setting that is a whole number within bounds. It is optional: where it is not set, the provider's own holds. */
import { Schema } from "effect"

export const between = (minimum: number, maximum: number) =>
  Schema.optionalKey(
    Schema.Int.pipe(
      Schema.check(Schema.isBetween({ minimum, maximum }, { message: `must be from ${minimum} to ${maximum}` }))
    )
  )
