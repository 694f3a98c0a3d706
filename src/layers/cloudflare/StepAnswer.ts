/** The answer of an object to a step, as it crosses the call: JSON, with what it cost. */
import { Schema } from "effect"

/** What an object answers, as JSON. `failed` means that nothing was done. */
export const StepAnswer = Schema.Struct({
  _tag: Schema.Literals(["reply", "refusal", "failed"]),
  value: Schema.optionalKey(Schema.Unknown),
  read: Schema.Int,
  written: Schema.Int
})
export type StepAnswer = typeof StepAnswer.Type
