/**
 * Refresh token families: rotation, reuse, and the grace in which the same successor is given again.
 * RFC 6749 §6, RFC 9700 §4.14.2.
 *
 * A token is `grant.generation.familySecret.tag`. The tag is the provider's HMAC over the rest, so every generation
 * ever given can be told from a forgery without storing any; the family secret (stored as a hash) makes sure that a
 * leaked HMAC key alone makes no token. A successor is derived, not drawn, so that it can be given again.
 */
import { Option, Result, Schema } from "effect"
import { choose } from "./AccessTarget.ts"
import { equal } from "./ConstantTime.ts"
import { death, Grant, revoked, type Surroundings } from "./Grant.ts"
import { AttemptId, ClientId, GrantId, Jkt, SecretHash } from "./Ids.ts"

/** The parts of a refresh token; `tag` is not verified yet. */
export interface RefreshTokenParts {
  readonly grantId: GrantId
  readonly generation: number
  readonly familySecret: string
  readonly tag: string
}

const pattern = /^(.+)\.([1-9][0-9]{0,8})\.([A-Za-z0-9_-]{43})\.([A-Za-z0-9_-]{43})$/

export const parse = (text: string): Option.Option<RefreshTokenParts> => {
  const [, id, generation, familySecret, tag] = pattern.exec(text) ?? []
  if (id === undefined || generation === undefined || familySecret === undefined || tag === undefined) {
    return Option.none()
  }
  return Option.map(Schema.decodeUnknownOption(GrantId)(id), (grantId) => ({
    grantId,
    generation: Number(generation),
    familySecret,
    tag
  }))
}

/** What the tag is computed over: everything before it. */
export const untagged = (parts: Omit<RefreshTokenParts, "tag">): string =>
  `${parts.grantId}.${parts.generation}.${parts.familySecret}`

/** What the token endpoint presents; the tag was verified before. RFC 6749 §6. */
export class Rotation extends Schema.Class<Rotation>("Rotation")({
  attempt: AttemptId,
  grantId: GrantId,
  generation: Schema.Int,
  familyHash: SecretHash,
  clientId: ClientId,
  /** The scope asked for; null for all that was granted. */
  scopes: Schema.NullOr(Schema.Array(Schema.String)),
  /** Milliseconds in which the preceding token is answered with the same successor again. */
  grace: Schema.Int,
  /** The key that the client proved, if it proved one. RFC 9449 §5. */
  jkt: Schema.optionalKey(Jkt),
  /** The token stays as it is: for a client that proves who it is and a key at each use. FAPI 2.0 §5.3.2.1. */
  keeps: Schema.optionalKey(Schema.Boolean),
  /** The resource that the new access token is asked for. RFC 8707 §2.2. */
  resource: Schema.optionalKey(Schema.String)
}) {}

export const RotateRefusal = Schema.Literals([
  "unknown",
  "client",
  "scope",
  "resource",
  "dpop_key",
  "reused",
  "revoked",
  "expired",
  "user",
  "consent",
  "session"
])
export type RotateRefusal = typeof RotateRefusal.Type

/** The token was not rotated; `reason` is for the log. RFC 6749 §5.2. */
export class RefreshRefused extends Schema.TaggedError<RefreshRefused>()("RefreshRefused", { reason: RotateRefusal }) {}

/** What a rotation does to the family. */
export type Rotated =
  | { readonly _tag: "Rotated"; readonly grant: Grant }
  | { readonly _tag: "SameSuccessor"; readonly grant: Grant }
  | { readonly _tag: "Kept"; readonly grant: Grant }
  | { readonly _tag: "Refused"; readonly reason: RotateRefusal }
  | { readonly _tag: "Reused"; readonly grant: Grant }

/** Decides a rotation. Only a token that was really given before can revoke its family. */
export const rotate = (grant: Grant | undefined, request: Rotation, around: Surroundings, now: number): Rotated => {
  const refused = (reason: RotateRefusal): Rotated => ({ _tag: "Refused", reason })
  if (!isOfFamily(grant, request.familyHash) || !wasGiven(grant, request.generation)) return refused("unknown")
  if (grant.clientId !== request.clientId) return refused("client")
  const dead = death(grant, around, now)
  if (dead !== undefined) return refused(dead)
  // Before anything is believed: whoever does not have the key has stolen the token, and must not end the family.
  if (grant.refreshJkt !== undefined && grant.refreshJkt !== request.jkt) return refused("dpop_key")
  const isHead = request.generation === grant.generation
  const preceding = request.generation === grant.generation - 1
  const isRepetition = grant.attempt === request.attempt || now - (grant.rotatedAt ?? 0) <= request.grace
  // Before the scope is looked at: a token that was used before tells of a theft, whatever it asks for.
  if (!isHead && !(preceding && isRepetition)) {
    return { _tag: "Reused", grant: revoked(grant, "refresh_reused", now) }
  }
  if (request.scopes !== null && !request.scopes.every((scope) => grant.scopes.includes(scope))) {
    return refused("scope")
  }
  if (Result.isFailure(choose(grant.targets ?? [], request.resource, grant.scopes))) return refused("resource")
  if (!isHead) return { _tag: "SameSuccessor", grant }
  if (request.keeps === true) return { _tag: "Kept", grant }
  return {
    _tag: "Rotated",
    grant: new Grant({ ...grant, generation: grant.generation + 1, rotatedAt: now, attempt: request.attempt })
  }
}

/** Whether a token of this generation was ever given. The first is 1: 0 is a grant without refresh tokens. */
export const wasGiven = (grant: Grant, generation: number): boolean => generation >= 1 && generation <= grant.generation

/** Whether a token with this family secret belongs to the grant. */
export const isOfFamily = (grant: Grant | undefined, familyHash: SecretHash): grant is Grant =>
  grant !== undefined && grant.familyHash !== null && equal(grant.familyHash, familyHash)
