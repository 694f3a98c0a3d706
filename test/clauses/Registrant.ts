/** Somebody who registers a client at the endpoint and looks after it, over HTTP. RFC 7591, RFC 7592. */
import { anotherNetwork } from "../workerd/Network.ts"
import { type Answer, answerOf, callback, type Reachable, RelyingParty } from "./RelyingParty.ts"

type Members = Readonly<Record<string, unknown>>

const bearer = (token: string | undefined): Record<string, string> =>
  token === undefined ? {} : { authorization: `Bearer ${token}` }

const json = { "content-type": "application/json" }

/** Registers a client that is sent to `callback`, unless its metadata say otherwise. */
export const registerBy = async (
  { issuer }: Pick<Reachable, "issuer">,
  metadata: Members = {},
  token?: string
): Promise<Answer> =>
  answerOf(
    await fetch(`${issuer}/register`, {
      method: "POST",
      headers: { ...json, ...anotherNetwork(), ...bearer(token) },
      body: JSON.stringify({ redirect_uris: [callback], ...metadata })
    })
  )

/** Reads, replaces or deletes a client as whoever registered it, or with another token. */
export const manage = async (
  { body: information }: Pick<Answer, "body">,
  method: "GET" | "PUT" | "DELETE" | "PATCH" | "POST",
  metadata?: Members,
  token: string | undefined = information["registration_access_token"]
): Promise<Answer> =>
  answerOf(
    await fetch(information["registration_client_uri"], {
      method,
      headers: { ...(metadata === undefined ? {} : json), ...bearer(token) },
      ...(metadata === undefined ? {} : { body: JSON.stringify(metadata) })
    })
  )

/** The registered client, as one that signs people in. */
export const partyOf = (provider: Reachable, { body }: Pick<Answer, "body">): RelyingParty =>
  new RelyingParty(provider, body["client_id"], body["client_secret"], body["redirect_uris"][0])
