/** What applications ask for, in words for the person who is asked. OpenID Connect Core §5.1, §5.4, §11, RFC 8707. */

/** The scopes that have words of their own. */
export type KnownScope = "openid" | "profile" | "email" | "address" | "phone" | "offline_access"

/** The claims that have words of their own. OpenID Connect Core §5.1, §2. */
export type KnownClaim =
  | "sub"
  | "name"
  | "given_name"
  | "family_name"
  | "middle_name"
  | "nickname"
  | "preferred_username"
  | "profile"
  | "picture"
  | "website"
  | "email"
  | "email_verified"
  | "gender"
  | "birthdate"
  | "zoneinfo"
  | "locale"
  | "phone_number"
  | "phone_number_verified"
  | "address"
  | "updated_at"
  | "auth_time"
  | "acr"
  | "amr"

export interface AskedTexts {
  readonly scopes: {
    readonly known: Record<KnownScope, { readonly title: string; readonly description: string }>
    readonly unknown: string
  }
  /** A resource server that an application wants to use. */
  readonly resource: {
    readonly title: (name: string) => string
    readonly description: (scopes: ReadonlyArray<string>) => string
  }
  readonly claims: {
    /** As it stands in the middle of a list. */
    readonly known: Record<KnownClaim, string>
    /** A sentence that is nothing but a list. */
    readonly list: (names: ReadonlyArray<string>) => string
  }
}
