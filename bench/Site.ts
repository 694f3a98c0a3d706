/** A provider under measurement: where it is, and whom it knows. Both providers know the same client and users. */

export interface Site {
  readonly name: string
  readonly issuer: string
  /** What its discovery document says. */
  readonly metadata: Readonly<Record<string, string>>
  readonly close: () => Promise<void>
}

/** The one client of the measurements, confidential, as both providers have it in their databases. */
export const client = {
  id: "bench",
  secret: "the-secret-of-the-bench-0123456789abcdef",
  redirectUri: "https://rp.example/cb"
} as const

export const basic = `Basic ${btoa(`${client.id}:${client.secret}`)}`

export const password = "correct horse battery staple"

/** The user of one worker: no two workers wait for the same session or grant. */
export const userOf = (worker: number): string => `user-${worker}`

/** The scopes that every user has allowed the client. */
export const allowedScopes = "openid profile email offline_access"

export const discover = async (issuer: string): Promise<Readonly<Record<string, string>>> => {
  const response = await fetch(`${issuer}/.well-known/openid-configuration`)
  return (await response.json()) as Record<string, string>
}
