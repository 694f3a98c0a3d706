/** Resource servers: what access tokens are for, and how each wants to have them. RFC 8707 §2, RFC 9068 §2. */
import { Schema } from "effect"
import { AccessTarget, TokenFormat } from "./AccessTarget.ts"
import { ClientId } from "./Ids.ts"
import * as Scope from "./Scope.ts"

/** What names a resource server, and the `aud` of its tokens: an absolute URI without a fragment. RFC 8707 §2. */
export const ResourceId = Schema.String.pipe(
  Schema.check(
    Schema.isMaxLength(255),
    Schema.makeFilter((uri: string) => {
      if (!/^[\x21-\x7e]+$/.test(uri) || !URL.canParse(uri)) return "must be an absolute URI of ASCII characters"
      return uri.includes("#") ? "must have no fragment (RFC 8707, section 2)" : undefined
    })
  ),
  Schema.brand("ResourceId")
)
export type ResourceId = typeof ResourceId.Type

/** A scope that a resource server gives its meaning to; this provider's own are about users. RFC 6749 §3.3. */
export const ResourceScope = Schema.String.pipe(
  Schema.check(
    Schema.isMaxLength(100),
    Schema.makeFilter((scope: string) => {
      if (Scope.parse(scope)?.[0] !== scope) return "must be one scope token (RFC 6749, section 3.3)"
      return Scope.isOwn(scope) ? "must not be one of this provider's own" : undefined
    })
  )
)

/** The longest that an access token may live, in seconds. */
export const longestLifetime = 86_400

/** What an operator says of a resource server. */
export const ResourceMetadata = Schema.Struct({
  /** What people read on the consent page. */
  name: Schema.optionalKey(Schema.String.pipe(Schema.check(Schema.isMaxLength(200)))),
  scopes: Schema.Array(ResourceScope).pipe(Schema.check(Schema.isMaxLength(100))),
  token_format: TokenFormat,
  /** Seconds; a day at most. */
  access_token_lifetime: Schema.Int.pipe(Schema.check(Schema.isBetween({ minimum: 10, maximum: longestLifetime }))),
  /** The client as which it introspects its tokens (RFC 7662 §2.1); absent if it does not. */
  client_id: Schema.optionalKey(ClientId)
})
export type ResourceMetadata = typeof ResourceMetadata.Type

/** A resource server as D1 keeps it. `version` counts its changes; times in milliseconds. */
export class ResourceServer extends Schema.Class<ResourceServer>("ResourceServer")({
  id: ResourceId,
  metadata: ResourceMetadata,
  version: Schema.Int,
  createdAt: Schema.Int,
  updatedAt: Schema.Int
}) {}

export const nameOf = ({ id, metadata }: ResourceServer): string => metadata.name ?? id

/** What tokens for it are like from now on. */
export const targetOf = ({ id, metadata }: ResourceServer): AccessTarget =>
  new AccessTarget({
    audience: id,
    scopes: metadata.scopes,
    format: metadata.token_format,
    lifetime: metadata.access_token_lifetime * 1000
  })
