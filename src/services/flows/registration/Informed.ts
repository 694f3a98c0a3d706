/** The answer about a client: what is registered, and what is shown to its developer alone. RFC 7591 §3.2.1. */
import { Effect, Redacted } from "effect"
import type { Client } from "../../../domain/Client.ts"
import { informationOf } from "../../../domain/ClientInformation.ts"
import { paths } from "../../../domain/Discovery.ts"
import { ProviderConfig } from "../../ports/ProviderConfig.ts"

/** What the developer is shown: the token by which the client is looked after, and its secret if one was drawn. */
export interface Shown {
  readonly registrationToken: Redacted.Redacted
  readonly secret: Redacted.Redacted | null
}

export const informed = (client: Client, { registrationToken, secret }: Shown) =>
  ProviderConfig.use(({ issuer }) =>
    Effect.succeed({
      ...informationOf(client, issuer + paths.registration),
      ...(secret === null ? {} : { client_secret: Redacted.value(secret) }),
      registration_access_token: Redacted.value(registrationToken)
    })
  )
