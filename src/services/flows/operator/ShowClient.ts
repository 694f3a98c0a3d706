/** What an operator sees of clients. Secrets are never shown, and neither are their digests. */
import { Effect, Option, Schema } from "effect"
import type { Client } from "../../../domain/Client.ts"
import { ClientId } from "../../../domain/Ids.ts"
import { Clients } from "../../storage/Clients.ts"
import { retried } from "../../storage/Retry.ts"
import { type Page, pageOf } from "./Page.ts"
import { InvalidField, noSuchClient } from "./Refusals.ts"

export const showClient = Effect.fn("ShowClient")(function* (id: string) {
  return shownClient(yield* findClient(id))
})

/** Clients in the order of their ids, a page at a time. */
export const listClients = Effect.fn("ListClients")(function* (asked: Page) {
  const page = yield* pageOf(asked)
  const clients = yield* retried(Clients.list)(page)
  return {
    clients: clients.map(shownClient),
    next: clients.length < page.limit ? null : (clients.at(-1)?.id ?? null)
  }
})

/**
 * A client with the number of its secrets in their place, when each of them ends by itself, newest first, and whether
 * its developer looks after it (RFC 7592).
 */
export const shownClient = ({ registrationToken, secrets, ...client }: Client) => ({
  ...client,
  secrets: secrets.length,
  secretEnds: secrets.map(({ expiresAt }) => expiresAt ?? null),
  selfManaged: registrationToken !== undefined
})
export type ShownClient = ReturnType<typeof shownClient>

/** The client whom an operator means. */
export const findClient = Effect.fnUntraced(function* (id: string) {
  const client = yield* retried(Clients.find)(yield* clientIdOf(id))
  return client ?? (yield* noSuchClient(id))
})

export const clientIdOf = (id: string): Effect.Effect<ClientId, InvalidField> =>
  Option.match(Schema.decodeUnknownOption(ClientId)(id), {
    onNone: () =>
      Effect.fail(
        new InvalidField({
          field: "client_id",
          message: "The client id must have 1 to 255 printable ASCII characters (RFC 6749, Appendix A.1)."
        })
      ),
    onSome: Effect.succeed
  })
