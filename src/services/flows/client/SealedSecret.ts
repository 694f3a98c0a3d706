/**
 * A client's secret where it is the key of its assertions: kept sealed beside its digest, because a signature cannot
 * be checked with a digest. OIDC Core §9 (client_secret_jwt), docs/decisions/0011-client-assertions.md.
 */
import { Effect, Redacted, Schema } from "effect"
import type { StoredSecret } from "../../../domain/Client.ts"
import { Sealer } from "../../ports/Sealer.ts"
import { openerOf } from "../Sealed.ts"

const open = openerOf("client-secret", Schema.String)

export const sealSecret = (secret: Redacted.Redacted) =>
  Sealer.use((sealer) => sealer.seal("client-secret", Redacted.value(secret)))

/** Undefined for a secret of which the digest alone is kept. */
export const openSecret = Effect.fnUntraced(function* ({ sealed }: StoredSecret) {
  if (sealed === undefined) return undefined
  const text = yield* open(sealed)
  return text === undefined ? undefined : Redacted.make(text)
})
