/** What a user has allowed a client, and whether it covers what is asked now. OIDC Core §3.1.2.4, §11. */
import { Schema } from "effect"
import { ClientId, UserId } from "./Ids.ts"
import { covers } from "./Scope.ts"

/**
 * A consent as the user's home keeps it. `grantedAt` is its beginning: a grant remembers it, so that what was given
 * before a withdrawal stays dead when the user later consents anew.
 */
export class Consent extends Schema.Class<Consent>("Consent")({
  userId: UserId,
  clientId: ClientId,
  scopes: Schema.Array(Schema.String),
  /** Claims asked for one by one (OIDC Core §5.5), for userinfo or the ID token. */
  claims: Schema.Array(Schema.String),
  grantedAt: Schema.Int
}) {}

export const isEnough = (
  consent: Consent | undefined,
  scopes: ReadonlyArray<string>,
  claims: ReadonlyArray<string>
): consent is Consent => consent !== undefined && covers(consent.scopes, scopes) && covers(consent.claims, claims)

/** The consent after the user has allowed these scopes and claims too. */
export const extended = (before: Consent | undefined, added: Consent): Consent =>
  before === undefined
    ? added
    : new Consent({
        ...before,
        scopes: [...new Set([...before.scopes, ...added.scopes])],
        claims: [...new Set([...before.claims, ...added.claims])]
      })
