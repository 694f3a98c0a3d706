/**
 * The numbers of the limits as this request goes by them: what the operator set, where the request's door looked that
 * up, and what they come as elsewhere. docs/decisions/0034-limits-everywhere.md.
 */
import { Context } from "effect"
import { type LimitNumbers, unchangedLimits } from "../../domain/LimitSettings.ts"

export const LimitsInForce = Context.Reference<LimitNumbers>("hapax/ports/LimitsInForce", {
  defaultValue: () => unchangedLimits
})
