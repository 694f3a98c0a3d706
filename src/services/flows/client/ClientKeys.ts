/** Whether a client signed a JWT: by a key it registered, or one that it publishes. RFC 7591 §2, OIDC Core §10.1.1. */
import { Effect, Option, Schema } from "effect"
import type { Client } from "../../../domain/Client.ts"
import { Jwks } from "../../../domain/ClientMetadata.ts"
import { candidates, type KeyHint, lacks } from "../../../domain/KeySet.ts"
import { JwtVerifier } from "../../ports/JwtVerifier.ts"
import { RemoteFetch } from "../../ports/RemoteFetch.ts"

const decode = Schema.decodeUnknownOption(Schema.fromJsonString(Jwks))
const none: Jwks = { keys: [] }

/**
 * Whether one of the client's keys signed the token, with exactly this algorithm: check before that it is allowed.
 *
 * Keys behind a `jwks_uri` are read past what is remembered where no remembered key bears the token's `kid`: so a
 * client rotates without telling anybody. Keys that the token brings itself (`jwk`, `jku`, `x5u`) are nothing here.
 */
export const isSignedByClient = Effect.fn("ClientKeys.isSigned")(function* (
  client: Client,
  token: string,
  hint: KeyHint
) {
  const { jwks, jwks_uri } = client.metadata
  if (jwks !== undefined) return yield* isSignedByOneOf(jwks, token, hint)
  if (jwks_uri === undefined) return false
  const remembered = yield* keysAt(jwks_uri, false)
  if (yield* isSignedByOneOf(remembered, token, hint)) return true
  return lacks(remembered, hint) && (yield* isSignedByOneOf(yield* keysAt(jwks_uri, true), token, hint))
})

const isSignedByOneOf = Effect.fnUntraced(function* (jwks: Jwks, token: string, hint: KeyHint) {
  const verifier = yield* JwtVerifier
  for (const key of candidates(jwks, hint)) if (yield* verifier.verify(token, key, hint.alg)) return true
  return false
})

/** No keys where nothing can be read: then nothing is signed by the client. */
const keysAt = (uri: string, fresh: boolean) =>
  RemoteFetch.use((remote) => remote.read(uri, { fresh })).pipe(
    Effect.map((text) => Option.getOrElse(decode(text), () => none)),
    Effect.catch(({ detail, reason }) =>
      Effect.as(
        Effect.logWarning("no keys of the client could be read").pipe(Effect.annotateLogs({ reason, detail })),
        none
      )
    )
  )
