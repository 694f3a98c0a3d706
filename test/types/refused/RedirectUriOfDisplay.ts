/** A redirect URI judged by what pages show of a client. */
// expect: Property 'metadata' does not exist on type 'ClientDisplay'.
import { Effect } from "effect"
import { matches } from "../../../src/domain/RedirectUri.ts"
import type { ClientId } from "../../../src/domain/Ids.ts"
import { Clients } from "../../../src/services/storage/Clients.ts"

export const isRegistered = (id: ClientId, uri: string) =>
  Effect.map(Clients.display([id]), ([client]) => client !== undefined && matches(client.metadata.redirect_uris, uri))
