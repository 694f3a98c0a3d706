/** The proof of possession that a request carries in its `DPoP` header. RFC 9449 §4.1. */
import { Effect } from "effect"
import { HttpServerRequest } from "effect/http"
import type { ShownProof } from "../domain/Dpop.ts"
import { ProviderConfig } from "../services/ports/ProviderConfig.ts"
import { pathText } from "./RequestTarget.ts"

/** Two headers arrive as one with a comma between them, which no compact JWS holds. */
export const readProof = Effect.fnUntraced(function* () {
  const { headers, method, url } = yield* HttpServerRequest.HttpServerRequest
  const { issuer } = yield* ProviderConfig
  const header = headers["dpop"]
  const shown: ShownProof = {
    proofs: header === undefined ? [] : header.split(",").map((proof) => proof.trim()),
    method,
    uri: issuer + pathText(url)
  }
  return shown
})
