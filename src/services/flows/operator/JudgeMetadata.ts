/** Reading what describes a client, with an answer that names the field at fault. RFC 7591 §2 and §2.1. */
import { Effect, Result, Schema } from "effect"
import { ClientMetadata, defaultMetadata } from "../../../domain/ClientMetadata.ts"
import { judgeClient } from "../../../domain/JudgeClient.ts"
import { completed } from "../../../domain/JudgeGrants.ts"
import { defaultsOf } from "../../../domain/JudgeProfile.ts"
import { responseType } from "../../../domain/ResponseMode.ts"
import { ProviderConfig } from "../../ports/ProviderConfig.ts"
import { RemoteFetch } from "../../ports/RemoteFetch.ts"
import { readFields } from "./Field.ts"
import { InvalidField } from "./Refusals.ts"

type Given = Readonly<Record<string, unknown>>

/** The metadata of a new client, or of one that is described anew: what it says, and for all else the defaults. */
export const newMetadata = (given: Given, before?: ClientMetadata) =>
  judged(before, { ...defaultMetadata, ...defaultsOf(given["profile"]), ...completed(given), ...withoutNull(given) })

/** The metadata of a client after some members were given; null takes one away. */
export const changedMetadata = (before: ClientMetadata, given: Given) =>
  judged(before, withoutNull({ ...before, ...given }))

const withoutNull = (given: Given): Given =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null))

const read = readFields(ClientMetadata, "is not a member of client metadata that this provider knows")

const judged = Effect.fnUntraced(function* (before: ClientMetadata | undefined, members: Given) {
  const metadata = yield* Effect.fromResult(read({ ...members, ...ordered(members["response_types"]) }))
  const fault = judgeClient(metadata, yield* ProviderConfig)
  if (fault !== undefined) return yield* refused(fault.field, fault.reason)
  const { redirect_uris, sector_identifier_uri: sector } = metadata
  const known = before?.sector_identifier_uri === sector ? before?.redirect_uris : undefined
  const added = redirect_uris.filter((uri) => known?.includes(uri) !== true)
  if (sector !== undefined && added.length > 0) yield* checkSector(sector, added)
  return metadata
})

const refused = (field: keyof ClientMetadata, reason: string) =>
  new InvalidField({ field, message: `${field}: ${reason}.` })

/** The words of a response type come in any order. OAuth 2.0 Multiple Response Types §1. */
const ordered = (types: unknown): Given =>
  Array.isArray(types)
    ? { response_types: types.map((type) => (typeof type === "string" ? (responseType(type) ?? type) : type)) }
    : {}

const readAddresses = Schema.decodeUnknownResult(Schema.fromJsonString(Schema.Array(Schema.String)))

/** The document says itself which redirect URIs belong together, so nobody joins a sector uninvited. OIDC Core §8.1. */
const checkSector = Effect.fnUntraced(function* (sector: string, redirectUris: ReadonlyArray<string>) {
  const document = yield* RemoteFetch.use((remote) => remote.read(sector)).pipe(
    Effect.catchTag("RemoteFailed", ({ reason }) => refused("sector_identifier_uri", `cannot be read (${reason})`))
  )
  const addresses = readAddresses(document)
  if (Result.isFailure(addresses)) {
    return yield* refused("sector_identifier_uri", "does not lead to a JSON array of addresses")
  }
  const missing = redirectUris.find((uri) => !addresses.success.includes(uri))
  if (missing !== undefined) return yield* refused("sector_identifier_uri", `does not list ${missing}`)
})
