/** What a user has allowed a client, and whether it covers what is asked now. OIDC Core §3.1.2.4, §11. */
import { Schema } from "effect"
import { ClientId, GrantId, UserId } from "./Ids.ts"
import { covers } from "./Scope.ts"

/** A consent as the user's home keeps it. */
export class Consent extends Schema.Class<Consent>("Consent")({
  userId: UserId,
  clientId: ClientId,
  scopes: Schema.Array(Schema.String),
  /** Claims asked for one by one (OIDC Core §5.5), for userinfo or the ID token. */
  claims: Schema.Array(Schema.String),
  grantedAt: Schema.Int,
  /**
   * The grant with which it began; the home writes it down. Every grant that rests on this consent remembers it, so
   * that what was given before a withdrawal stays dead when the user later consents anew. The time would not do: it is
   * of another machine's clock, and two consents may bear the same.
   */
  since: Schema.optionalKey(GrantId)
}) {}

export const isEnough = (
  consent: Consent | undefined,
  scopes: ReadonlyArray<string>,
  claims: ReadonlyArray<string>
): consent is Consent => consent !== undefined && covers(consent.scopes, scopes) && covers(consent.claims, claims)

/** The consent after the user has allowed these scopes and claims too, and with it made this grant. */
export const extended = (before: Consent | undefined, added: Consent, grant: GrantId): Consent =>
  before === undefined
    ? new Consent({ ...added, since: grant })
    : new Consent({
        ...before,
        scopes: [...new Set([...before.scopes, ...added.scopes])],
        claims: [...new Set([...before.claims, ...added.claims])]
      })
