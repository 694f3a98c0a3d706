/** What a token may be good for at the admin API: reading or changing one section of it. docs/decisions/0029. */
import { toSeconds } from "./Lifetime.ts"
import { type ResourceId, ResourceServer } from "./ResourceServer.ts"

/** The sections, as the admin API is divided. */
export const adminSections = [
  "audit",
  "branding",
  "clients",
  "keys",
  "registration-tokens",
  "resources",
  "roles",
  "scopes",
  "sessions",
  "settings",
  "statistics",
  "users"
] as const
export type AdminSection = (typeof adminSections)[number]

export type AdminScope = `admin.${AdminSection}.${"read" | "write"}`

export const adminScope = (section: AdminSection, access: "read" | "write"): AdminScope => `admin.${section}.${access}`

/** All of them, in the order of the sections. */
export const adminScopes: ReadonlyArray<AdminScope> = adminSections.flatMap((section) => [
  adminScope(section, "read"),
  adminScope(section, "write")
])

export const isAdminScope = (scope: string): scope is AdminScope =>
  (adminScopes as ReadonlyArray<string>).includes(scope)

/** Whether it looks like one of them: no resource server may give such a scope a meaning of its own. */
export const isReserved = (scope: string): boolean => scope.startsWith("admin.")

/** What tokens for the admin API have as their `aud`. RFC 8707 §2, RFC 9068 §2.2. */
export const adminAudience = (issuer: string): string => `${issuer}/admin`

/** The admin API as a resource server, which nobody made. Its tokens are always signed; `lifetime` in milliseconds. */
export const adminServer = (issuer: string, lifetime: number): ResourceServer =>
  new ResourceServer({
    id: adminAudience(issuer) as ResourceId,
    metadata: {
      name: "Administration of this provider",
      scopes: adminScopes,
      token_format: "jwt",
      access_token_lifetime: toSeconds(lifetime)
    },
    version: 0,
    createdAt: 0,
    updatedAt: 0
  })

/** The client by which administrators get tokens: `npx hapax admin create` gives it every scope there is. */
export const adminClient = "hapax-admin"

/** The role that permits everything, which every provider has. */
export const adminRole = "admin"
