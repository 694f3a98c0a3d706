/** Whether a resource server can be as somebody describes it, with an answer that names the field. RFC 8707 §2. */
import { Effect, Result } from "effect"
import { adminAudience, isReserved } from "../../../domain/AdminScope.ts"
import { isPublic } from "../../../domain/Client.ts"
import { ResourceId, ResourceMetadata } from "../../../domain/ResourceServer.ts"
import { ProviderConfig } from "../../ports/ProviderConfig.ts"
import { Clients } from "../../storage/Clients.ts"
import { retried } from "../../storage/Retry.ts"
import { readFields } from "./Field.ts"
import { InvalidField } from "./Refusals.ts"

const read = readFields(ResourceMetadata, "is not a member of a resource server's metadata")
const readId = readFields(ResourceId, "is no part of an identifier")

const refuse = (field: string, reason: string) => new InvalidField({ field, message: `${field}: ${reason}.` })

/** Members as an operator gives them, over `base`. One that is null is taken away. */
export const judgeResource = Effect.fnUntraced(function* (
  base: ResourceMetadata,
  given: Readonly<Record<string, unknown>>
) {
  const members = Object.entries({ ...base, ...given }).filter(([, value]) => value !== null)
  const metadata = yield* Effect.fromResult(read(Object.fromEntries(members)))
  const reserved = metadata.scopes.find((scope) => isReserved(scope) && !base.scopes.includes(scope))
  if (reserved !== undefined) return yield* refuse("scopes", `${reserved} is a scope of this provider's admin API`)
  const { client_id } = metadata
  if (client_id === undefined || client_id === base.client_id) return metadata
  const client = yield* retried(Clients.find)(client_id)
  if (client === null) return yield* refuse("client_id", "there is no such client: register it first")
  // Who asks about tokens has to prove who it is (RFC 7662 §2.1).
  return isPublic(client) ? yield* refuse("client_id", "is a public client, which cannot introspect") : metadata
})

/** The identifier that somebody means. */
export const resourceIdOf = Effect.fnUntraced(function* (id: string) {
  const { issuer } = yield* ProviderConfig
  if (id === issuer) return yield* refuse("resource", "is this provider itself, whose tokens open userinfo")
  if (id === adminAudience(issuer)) return yield* refuse("resource", "is this provider's admin API")
  return yield* Effect.fromResult(Result.mapError(readId(id), ({ message }) => refuse("resource", said(message))))
})

/** Without the name of the field, which an identifier has none of, and without the stop. */
const said = (message: string): string => message.replace(/^: /, "").replace(/\.$/, "")
