/** A form with a file, of bounded size: it is measured while it is read. RFC 7578, OWASP ASVS 5.0 §5.2.1. */
import { ByteSize, Effect } from "effect"
import { HttpIncomingMessage, HttpServerRequest } from "effect/http"
import { StepRefused } from "../services/flows/SealedStep.ts"

/** Bytes of what stands around the file. */
const around = 65_536

export interface Upload {
  readonly fields: ReadonlyMap<string, string>
  /** By the name of its field; neither the file's own name nor the type that it claims is looked at. */
  readonly files: ReadonlyMap<string, Uint8Array>
}

/** Undefined if it is larger than a file of `largest` bytes can make it; what is over is not read. */
export const readUpload = Effect.fnUntraced(function* (largest: number) {
  const request = yield* HttpServerRequest.HttpServerRequest
  const type = request.headers["content-type"] ?? ""
  const malformed = new StepRefused({ problem: "malformed" })
  if (!/^multipart\/form-data\s*;/i.test(type)) return yield* malformed
  const body = yield* request.arrayBuffer.pipe(
    Effect.provideService(HttpIncomingMessage.MaxBodySize, ByteSize.bytes(largest + around)),
    Effect.catch(({ reason }) =>
      reason._tag === "RequestParseError" && reason.reason === "BodyTooLarge"
        ? Effect.succeed(undefined)
        : Effect.fail(malformed)
    )
  )
  if (body === undefined) return undefined
  const form = yield* Effect.tryPromise({
    try: () => new Response(body, { headers: { "content-type": type } }).formData(),
    catch: () => malformed
  })
  const fields = new Map<string, string>()
  const files = new Map<string, Uint8Array>()
  for (const [name, value] of form) {
    if (typeof value === "string") fields.set(name, value)
    else files.set(name, new Uint8Array(yield* Effect.promise(() => value.arrayBuffer())))
  }
  return { fields, files } satisfies Upload
})
