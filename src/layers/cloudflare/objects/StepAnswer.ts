/** The answer of an object to a step, as it crosses the call: JSON, with what it cost. */
import { Schema } from "effect"
import { AuditEvent } from "../../../domain/AuditEvent.ts"

/** What an object answers, as JSON. `failed` means that nothing was done. */
export const StepAnswer = Schema.Struct({
  _tag: Schema.Literals(["reply", "refusal", "failed"]),
  value: Schema.optionalKey(Schema.Unknown),
  /** The security events of the transaction; they wait in the outbox, too. */
  security: Schema.optionalKey(Schema.Array(AuditEvent)),
  read: Schema.Int,
  written: Schema.Int
})
export type StepAnswer = typeof StepAnswer.Type
