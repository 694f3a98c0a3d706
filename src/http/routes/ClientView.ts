/** A client as the pages show it. OIDC Dynamic Registration §2. */
import { type ClientDisplay, nameOf } from "../../domain/ClientDisplay.ts"
import type { ShownClient } from "../pages/ShownClient.ts"

export const shownClient = (client: ClientDisplay): ShownClient => ({
  clientName: nameOf(client),
  clientUri: client.client_uri,
  policyUri: client.policy_uri,
  tosUri: client.tos_uri,
  logoUri: client.logo_uri
})
