/** What a user has allowed a client, and whether it covers what is asked now. OIDC Core §3.1.2.4, §11. */
import { Schema } from "effect"
import { ClientId, GrantId, UserId } from "./Ids.ts"
import { covers } from "./Scope.ts"

/** Scopes at one resource server: the same name may mean something else at another. RFC 8707 §3. */
export const ConsentedResource = Schema.Struct({ resource: Schema.String, scopes: Schema.Array(Schema.String) })
export type ConsentedResource = typeof ConsentedResource.Type

/** A consent as the user's home keeps it. */
export class Consent extends Schema.Class<Consent>("Consent")({
  userId: UserId,
  clientId: ClientId,
  scopes: Schema.Array(Schema.String),
  /** Claims asked for one by one (OIDC Core §5.5), for userinfo or the ID token. */
  claims: Schema.Array(Schema.String),
  /** Which of the scopes at which resource server; absent for a client that asked for none. */
  resources: Schema.optionalKey(Schema.Array(ConsentedResource)),
  grantedAt: Schema.Int,
  /**
   * The grant with which it began; the home writes it down. Every grant that rests on this consent remembers it, so
   * that what was given before a withdrawal stays dead when the user later consents anew. The time would not do: it is
   * of another machine's clock, and two consents may bear the same.
   */
  since: Schema.optionalKey(GrantId)
}) {}

/** What a client asks a user for. */
export type Asked = Pick<Consent, "scopes" | "claims" | "resources">

export const isEnough = (consent: Consent | undefined, asked: Asked): consent is Consent =>
  consent !== undefined &&
  covers(consent.scopes, asked.scopes) &&
  covers(consent.claims, asked.claims) &&
  (asked.resources ?? []).every((one) => {
    const allowed = (consent.resources ?? []).find(({ resource }) => resource === one.resource)
    return allowed !== undefined && covers(allowed.scopes, one.scopes)
  })

/** The consent after the user has allowed these scopes and claims too, and with it made this grant. */
export const extended = (before: Consent | undefined, added: Consent, grant: GrantId): Consent =>
  before === undefined
    ? new Consent({ ...added, since: grant })
    : new Consent({
        ...before,
        scopes: union(before.scopes, added.scopes),
        claims: union(before.claims, added.claims),
        ...(added.resources === undefined ? {} : { resources: merged(before.resources ?? [], added.resources) })
      })

const union = (one: ReadonlyArray<string>, other: ReadonlyArray<string>) => [...new Set([...one, ...other])]

const merged = (
  before: ReadonlyArray<ConsentedResource>,
  added: ReadonlyArray<ConsentedResource>
): ReadonlyArray<ConsentedResource> => {
  const scopes = new Map(before.map((one) => [one.resource, one.scopes]))
  for (const one of added) scopes.set(one.resource, union(scopes.get(one.resource) ?? [], one.scopes))
  return [...scopes].map(([resource, allowed]) => ({ resource, scopes: allowed }))
}
