/** The provider's metadata. OIDC Discovery §3, RFC 8414 §2. */
import { Effect } from "effect"
import { metadata } from "../../domain/Discovery.ts"
import type { ScopeMapping } from "../../domain/ScopeMapping.ts"
import { ProviderConfig } from "../ports/ProviderConfig.ts"
import { ScopeMappings } from "../storage/ScopeMappings.ts"

/** With the scopes that the operator made; without them where storage fails, for clients need the rest to begin. */
export const describeProvider = Effect.fn("DescribeProvider")(function* () {
  const mappings = yield* ScopeMappings.copy().pipe(
    Effect.catch((error) =>
      Effect.as(
        Effect.logWarning("scopes are not announced").pipe(
          Effect.annotateLogs({ known: error._tag, detail: error.detail })
        ),
        nothing
      )
    )
  )
  return metadata(yield* ProviderConfig, mappings)
})

const nothing: ReadonlyArray<ScopeMapping> = []
