/** A registered client, and what it may do. RFC 7591 §2, OIDC Dynamic Registration §2. */
import { Schema } from "effect"
import { ClientMetadata } from "./ClientMetadata.ts"
import { ClientId, SecretHash } from "./Ids.ts"

/** A stored client secret: SHA-256 over salt and secret. Salted, so that equal secrets do not look equal. */
export const StoredSecret = Schema.Struct({
  salt: Schema.String,
  digest: Schema.String,
  /** The secret itself, sealed, where it is the key of the client's assertions (client_secret_jwt). */
  sealed: Schema.optionalKey(Schema.String),
  /** Present for one that was given and is short: it may be found by trying, so its tries are counted. */
  guessable: Schema.optionalKey(Schema.Literal(true)),
  /** Milliseconds; absent for one that does not end by itself. */
  expiresAt: Schema.optionalKey(Schema.Int)
})
export type StoredSecret = typeof StoredSecret.Type

/** A client as D1 keeps it. `version` counts its changes; times in milliseconds. */
export class Client extends Schema.Class<Client>("Client")({
  id: ClientId,
  metadata: ClientMetadata,
  secrets: Schema.Array(StoredSecret),
  /** The hash of the token by which its developer looks after it (RFC 7592 §3); absent if nobody has one. */
  registrationToken: Schema.optionalKey(SecretHash),
  version: Schema.Int,
  createdAt: Schema.Int,
  updatedAt: Schema.Int
}) {}

export const isPublic = (client: Client): boolean => client.metadata.token_endpoint_auth_method === "none"

/** The secrets that are good now: there are two while one is replaced. */
export const liveSecrets = (client: Client, now: number): ReadonlyArray<StoredSecret> =>
  client.secrets.filter(({ expiresAt }) => expiresAt === undefined || now < expiresAt)

/** Milliseconds. Two machines' clocks may differ by this, and a client use a token as soon as it is registered. */
const skew = 10_000

/** Whether something of this moment (milliseconds) is of before a client was registered that has its id now. */
export const isBefore = (moment: number, createdAt: number): boolean => moment <= createdAt - skew

/** Whether a token (`iat` in seconds) is of this very client, and not of one that had its id before. */
export const isHolder = (client: Client, token: { readonly client_id: ClientId; readonly iat: number }): boolean =>
  token.client_id === client.id && !isBefore(token.iat * 1000, client.createdAt)
