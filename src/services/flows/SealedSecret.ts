/**
 * A client's secret where it is the key of its assertions: kept sealed beside its digest, because a signature cannot
 * be checked with a digest. OIDC Core §9 (client_secret_jwt), docs/decisions/0011-client-assertions.md.
 */
import { Effect, Option, Redacted, Schema } from "effect"
import type { StoredSecret } from "../../domain/Client.ts"
import { Sealer } from "../ports/Sealer.ts"

const decode = Schema.decodeUnknownOption(Schema.String)

export const sealSecret = (secret: Redacted.Redacted) =>
  Sealer.use((sealer) => sealer.seal("client-secret", Redacted.value(secret)))

/** Undefined for a secret of which the digest alone is kept. */
export const openSecret = Effect.fnUntraced(function* ({ sealed }: StoredSecret) {
  if (sealed === undefined) return undefined
  const opened = yield* Sealer.use((sealer) => sealer.open("client-secret", sealed))
  return Option.getOrUndefined(Option.map(Option.flatMap(opened, decode), (text) => Redacted.make(text)))
})
