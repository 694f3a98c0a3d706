/** What pages show of a client, by which nothing is decided. RFC 7591 §2; docs/decisions/0031-client-cache.md. */
import { Schema } from "effect"
import type { Client } from "./Client.ts"
import { ClientMetadata } from "./ClientMetadata.ts"
import { ClientId } from "./Ids.ts"

const { client_name, client_uri, logo_uri, policy_uri, tos_uri } = ClientMetadata.fields

/** A type of its own: where a flow has only this, it cannot ask by mistake what a client may do. */
export class ClientDisplay extends Schema.Class<ClientDisplay>("ClientDisplay")({
  id: ClientId,
  client_name,
  client_uri,
  logo_uri,
  policy_uri,
  tos_uri
}) {}

/** The members that are shown. */
export const displayMembers = ["client_name", "client_uri", "logo_uri", "policy_uri", "tos_uri"] as const

export const displayOf = ({ id, metadata }: Client): ClientDisplay =>
  new ClientDisplay({
    id,
    ...Object.fromEntries(
      displayMembers.flatMap((member) => (metadata[member] === undefined ? [] : [[member, metadata[member]]]))
    )
  })

/** Whether a change is to be seen on pages. */
export const looksOther = (before: Client, after: Client): boolean =>
  displayMembers.some((member) => before.metadata[member] !== after.metadata[member])

export const nameOf = ({ client_name: name, id }: ClientDisplay): string => name ?? id
