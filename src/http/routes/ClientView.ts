/** A client as the pages show it. OIDC Dynamic Registration §2. */
import { type Client, nameOf } from "../../domain/Client.ts"
import type { ShownClient } from "../pages/ShownClient.ts"

/** A client that was deleted while its page was open is called by its id. */
export const shownClient = (client: Client | null, id: string): ShownClient =>
  client === null
    ? { clientName: id }
    : {
        clientName: nameOf(client),
        clientUri: client.metadata.client_uri,
        policyUri: client.metadata.policy_uri,
        tosUri: client.metadata.tos_uri,
        logoUri: client.metadata.logo_uri
      }
