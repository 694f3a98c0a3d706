/** The key that a request proves, by its DPoP proof. RFC 9449 §4.3, §5. */
import { Effect } from "effect"
import type { ShownProof } from "../../domain/Dpop.ts"
import type { Jkt } from "../../domain/Ids.ts"
import { InvalidDpopProof } from "../../domain/OAuthError.ts"

/** Undefined for a request that shows no proof, where none is required. */
export const proveKey = Effect.fnUntraced(function* (shown: ShownProof, options: { readonly required: boolean }) {
  const none: Jkt | undefined = undefined
  if (shown.proofs.length === 0 && !options.required) return none as Jkt | undefined
  return yield* new InvalidDpopProof({ error_description: "a DPoP proof is required", reason: "not implemented" })
})
