/** Where a request comes from, as it is counted. docs/decisions/0019-limits.md. */
import { Effect } from "effect"
import { HttpServerRequest } from "effect/http"
import { networkOf } from "../domain/NetworkAddress.ts"
import { ProviderConfig } from "../services/ports/ProviderConfig.ts"

/** The network of the request at hand; undefined where no header is believed, or it names none. */
export const readAddress = Effect.gen(function* () {
  const { addressHeader } = yield* ProviderConfig
  const { headers } = yield* HttpServerRequest.HttpServerRequest
  return addressHeader === null ? undefined : networkOf(headers[addressHeader] ?? "")
})
