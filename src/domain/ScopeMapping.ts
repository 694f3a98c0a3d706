/**
 * Scopes of the operator's own, and which claims each of them tells from what the provider keeps of a user.
 * OIDC Core §5.1.2, §5.4; RFC 9068 §2.2.3.1.
 */
import { Schema } from "effect"
import { isReserved } from "./AdminScope.ts"
import { FieldName } from "./CustomField.ts"
import * as Scope from "./Scope.ts"
import { claims as standardValues, type User } from "./User.ts"

/** A scope that may be made: one token, and none that means something already. RFC 6749 §3.3. */
export const MappedScope = Schema.String.pipe(
  Schema.check(
    Schema.isMaxLength(100),
    Schema.makeFilter((scope: string) => {
      if (Scope.parse(scope)?.[0] !== scope) return "must be one scope token (RFC 6749, section 3.3)"
      return Scope.isOwn(scope) || isReserved(scope) ? "must not be one of this provider's own" : undefined
    })
  ),
  Schema.brand("MappedScope")
)
export type MappedScope = typeof MappedScope.Type

/** Claims of the protocol: who could choose their values could make one token pass for another. RFC 7519, RFC 9068. */
const protocolClaims: ReadonlyArray<string> = [
  "iss",
  "sub",
  "aud",
  "exp",
  "nbf",
  "iat",
  "jti",
  "auth_time",
  "nonce",
  "acr",
  "amr",
  "azp",
  "at_hash",
  "c_hash",
  "s_hash",
  "sid",
  "client_id",
  "scope",
  "cnf",
  "act",
  "may_act",
  "events",
  "typ",
  "sub_jwk",
  "active",
  "username",
  "token_type",
  "_claim_names",
  "_claim_sources",
  "updated_at"
]

/** The name of a claim: a word, or a URI that collides with nobody's (RFC 7519 §4.2). */
const ClaimName = Schema.String.pipe(
  Schema.check(
    Schema.isPattern(/^[A-Za-z_][A-Za-z0-9_.:/~%-]{0,127}$/),
    Schema.makeFilter((name: string) => {
      if (protocolClaims.includes(name) || name === "__proto__") return "must not be a claim of the protocol"
      return Scope.standardClaims.includes(name) ? "must not be a standard claim, which has its own scope" : undefined
    })
  )
)

/** Where a value comes from: a standard claim, a field of the operator's own, or the names of the user's roles. */
export const ClaimSource = Schema.Union([
  Schema.Struct({ profile: Schema.Literals(Scope.standardClaims) }),
  Schema.Struct({ custom: FieldName }),
  Schema.Struct({ roles: Schema.Literal(true) })
])
export type ClaimSource = typeof ClaimSource.Type

/** A claim and where it comes from. */
export const MappedClaim = Schema.Struct({ claim: ClaimName, from: ClaimSource })
export type MappedClaim = typeof MappedClaim.Type

/** What one scope tells, as a grant remembers it. */
export const Mapped = Schema.Struct({ scope: Schema.String, claims: Schema.Array(MappedClaim) })
export type Mapped = typeof Mapped.Type

/** What an operator says of a scope. */
export const MappingMetadata = Schema.Struct({
  /** What people read on the consent page. */
  title: Schema.String.pipe(Schema.check(Schema.isMinLength(1), Schema.isMaxLength(100))),
  description: Schema.optionalKey(Schema.String.pipe(Schema.check(Schema.isMaxLength(300)))),
  claims: Schema.Array(MappedClaim).pipe(
    Schema.check(
      Schema.isMinLength(1),
      Schema.isMaxLength(20),
      Schema.makeFilter((claims: ReadonlyArray<MappedClaim>) =>
        new Set(claims.map(({ claim }) => claim)).size === claims.length ? undefined : "must name each claim once"
      )
    )
  )
})
export type MappingMetadata = typeof MappingMetadata.Type

/** A mapping as D1 keeps it. `version` counts its changes; times in milliseconds. */
export class ScopeMapping extends Schema.Class<ScopeMapping>("ScopeMapping")({
  scope: MappedScope,
  metadata: MappingMetadata,
  version: Schema.Int,
  createdAt: Schema.Int,
  updatedAt: Schema.Int
}) {}

/** How many there may be: an isolate keeps a copy of all, and the provider's metadata names them. */
export const mostMappings = 100

/** What a grant of these scopes remembers; nothing of a scope that is not mapped. */
export const mappedOf = (mappings: ReadonlyArray<ScopeMapping>, scopes: ReadonlyArray<string>): ReadonlyArray<Mapped> =>
  mappings.filter(({ scope }) => scopes.includes(scope)).map(({ metadata: { claims }, scope }) => ({ scope, claims }))

/** The names of the claims that are told by these. */
export const claimNamesOf = (mapped: ReadonlyArray<Pick<Mapped, "claims">>): ReadonlyArray<string> => [
  ...new Set(mapped.flatMap(({ claims }) => claims.map(({ claim }) => claim)))
]

/** What is told of a user by those whose scope is among these. A value that is not there is no claim. */
export const mappedClaims = (
  mapped: ReadonlyArray<Mapped>,
  scopes: ReadonlyArray<string>,
  user: User
): Readonly<Record<string, unknown>> => {
  const told = mapped.filter(({ scope }) => scopes.includes(scope)).flatMap(({ claims }) => claims)
  const values = told.map(({ claim, from }) => [claim, valueOf(from, user)] as const)
  return Object.fromEntries(values.filter(([, value]) => value !== undefined))
}

const valueOf = (from: ClaimSource, user: User): unknown => {
  if ("roles" in from) return user.roles ?? []
  if ("profile" in from) return own(standardValues(user), from.profile)
  return own(user.custom ?? {}, from.custom)
}

/** Names come from an operator: `constructor` is one like any other. */
const own = (values: Readonly<Record<string, unknown>>, name: string): unknown =>
  Object.hasOwn(values, name) ? values[name] : undefined
