/** A registered client as its developer is told of it. RFC 7591 §3.2.1, RFC 7592 §3. */
import type { Client } from "./Client.ts"
import { toSeconds } from "./Lifetime.ts"

/** All that is registered, without secrets. `client_secret_expires_at` is 0 for one that does not end by itself. */
export const informationOf = (client: Client, registrationEndpoint: string): Readonly<Record<string, unknown>> => {
  const { scopes, ...metadata } = client.metadata
  const [secret] = client.secrets
  const { expiresAt } = secret ?? {}
  return {
    client_id: client.id,
    client_id_issued_at: toSeconds(client.createdAt),
    ...(secret === undefined ? {} : { client_secret_expires_at: expiresAt === undefined ? 0 : toSeconds(expiresAt) }),
    registration_client_uri: `${registrationEndpoint}/${encodeURIComponent(client.id)}`,
    scope: scopes.join(" "),
    ...metadata
  }
}
