/** A client as the pages show it. OIDC Dynamic Registration §2. */
import { type Client, nameOf } from "../../domain/Client.ts"
import type { ShownClient } from "../pages/ShownClient.ts"

export const shownClient = (client: Client): ShownClient => ({
  clientName: nameOf(client),
  clientUri: client.metadata.client_uri,
  policyUri: client.metadata.policy_uri,
  tosUri: client.metadata.tos_uri,
  logoUri: client.metadata.logo_uri
})
