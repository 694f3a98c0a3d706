/** What the endpoints of `/admin/clients` do. */
import { Effect, Redacted } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { tagOf } from "../../domain/EntityTag.ts"
import { deleteClient } from "../../services/flows/operator/DeleteClient.ts"
import { registerClient } from "../../services/flows/operator/RegisterClient.ts"
import { listClients, showClient, type ShownClient } from "../../services/flows/operator/ShowClient.ts"
import { updateClient } from "../../services/flows/operator/UpdateClient.ts"
import { AdminApi } from "./AdminApi.ts"
import { answered } from "./Answered.ts"
import { expectedIn, withTag } from "./Wire.ts"

export const ClientHandlers = HttpApiBuilder.group(AdminApi, "clients", (handlers) =>
  handlers.handleAll({
    listClients: ({ query }) => answered(listClients(query)),
    createClient: ({ payload }) => answered(Effect.map(registerClient(payload), made)),
    showClient: ({ params }) => answered(Effect.map(showClient(params.id), (client) => withTag(client, tagOf(client)))),
    updateClient: ({ headers, params, payload }) =>
      Effect.flatMap(expectedIn(headers), (expected) =>
        answered(Effect.map(updateClient({ id: params.id, ...payload }, expected), made))
      ),
    deleteClient: ({ headers, params }) =>
      Effect.flatMap(expectedIn(headers), (expected) => answered(Effect.asVoid(deleteClient(params.id, expected))))
  })
)

/** With the secret, which is there to be shown this once. */
const made = ({ client, secret }: { client: ShownClient; secret: Redacted.Redacted | null }) =>
  withTag({ client, secret: secret === null ? null : Redacted.value(secret) }, tagOf(client))
