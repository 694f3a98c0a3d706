/** Resource servers for the clauses: made known by the operator's flow, as an operator would. RFC 8707. */
import type { Effect } from "effect"
import { createResource, type NewResource } from "../../src/services/flows/operator/CreateResource.ts"

interface Operable {
  readonly run: <A, E>(effect: Effect.Effect<A, E, Effect.Services<ReturnType<typeof createResource>>>) => Promise<A>
}

export const api = "https://api.example/"
export const vault = "https://vault.example"

export const makeResource = (provider: Operable, id: string, metadata: NewResource["metadata"]) =>
  provider.run(createResource({ id, metadata }))

/** An API that reads signed tokens, and a vault that introspects sealed ones as the client `vault`. */
export const makeResources = async (provider: Operable) => {
  await makeResource(provider, api, { name: "Example API", scopes: ["read", "write"], access_token_lifetime: 1200 })
  await makeResource(provider, vault, {
    scopes: ["open", "read"],
    token_format: "opaque",
    access_token_lifetime: 60,
    client_id: "vault"
  })
}
