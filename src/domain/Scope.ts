/** Scopes: parsing, and which standard claims each asks for. RFC 6749 §3.3, OIDC Core §5.4 and §11. */

/** The scopes this provider knows, in the order in which it lists them. */
export const supported = ["openid", "profile", "email", "address", "phone", "offline_access"] as const

/** Whether a scope is this provider's own: about a user, and never what a resource server gives its meaning to. */
export const isOwn = (scope: string): boolean => (supported as ReadonlyArray<string>).includes(scope)

const claimsByScope: Readonly<Record<string, ReadonlyArray<string>>> = {
  profile: [
    "name",
    "family_name",
    "given_name",
    "middle_name",
    "nickname",
    "preferred_username",
    "profile",
    "picture",
    "website",
    "gender",
    "birthdate",
    "zoneinfo",
    "locale",
    "updated_at"
  ],
  email: ["email", "email_verified"],
  address: ["address"],
  phone: ["phone_number", "phone_number_verified"]
}

/** The standard claims, without `sub`. OIDC Core §5.1. */
export const standardClaims: ReadonlyArray<string> = Object.values(claimsByScope).flat()

/** The claims that these scopes ask for. OIDC Core §5.4. */
export const claimsOf = (scopes: ReadonlyArray<string>): ReadonlyArray<string> =>
  scopes.flatMap((scope) => claimsByScope[scope] ?? [])

/** The scope tokens of a space-delimited text, each once. Undefined if it has a character RFC 6749 §3.3 forbids. */
export const parse = (text: string): ReadonlyArray<string> | undefined => {
  const tokens = [...new Set(text.split(" ").filter((token) => token !== ""))]
  return tokens.every((token) => /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(token)) ? tokens : undefined
}

/** Whether every scope of `asked` is in `allowed`. */
export const covers = (allowed: ReadonlyArray<string>, asked: ReadonlyArray<string>): boolean =>
  asked.every((scope) => allowed.includes(scope))
