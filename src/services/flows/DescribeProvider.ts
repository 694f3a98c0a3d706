/** The provider's metadata. OIDC Discovery §3, RFC 8414 §2. */
import { Effect } from "effect"
import { metadata } from "../../domain/Discovery.ts"
import { ProviderConfig } from "../ports/ProviderConfig.ts"

export const describeProvider = Effect.fn("DescribeProvider")(function* () {
  return metadata(yield* ProviderConfig)
})
