/**
 * The first administrator: a user with the role that permits everything, and the client by which administrators get
 * tokens. It may be asked for again and again: what is there already stays. docs/decisions/0029-admin-api.md.
 */
import { Effect, Schema } from "effect"
import { adminClient, adminRole, adminScopes } from "../../../domain/AdminScope.ts"
import { deviceGrant } from "../../../domain/ClientMetadata.ts"
import { RoleName } from "../../../domain/Role.ts"
import { retried } from "../../storage/Retry.ts"
import { Users } from "../../storage/Users.ts"
import { judgedAnew } from "./ChangeUser.ts"
import { createUser, NewUser } from "./CreateUser.ts"
import { registerClient } from "./RegisterClient.ts"
import { counted } from "./SetRoles.ts"
import { showClient } from "./ShowClient.ts"
import { shownUser } from "./ShowUser.ts"
import { updateClient } from "./UpdateClient.ts"

/** A user there is, by name, or one to be made. */
export const NewAdministrator = Schema.Union([Schema.Struct({ user: Schema.String }), NewUser])
export type NewAdministrator = typeof NewAdministrator.Type

/** Public: whoever has the tool has its id. What it may do is what the person who signs in may. */
const metadata = {
  client_name: "Hapax administration",
  application_type: "native",
  token_endpoint_auth_method: "none",
  grant_types: ["authorization_code", deviceGrant],
  response_types: ["code"],
  // On any port: RFC 8252 §7.3.
  redirect_uris: ["http://127.0.0.1/callback"],
  scopes: ["openid", ...adminScopes]
}

export const makeAdministrator = Effect.fn("MakeAdministrator")(function* (asked: NewAdministrator) {
  const client = yield* administrationClient
  const who = "user" in asked ? asked.user : (yield* createUser(asked)).id
  const user = yield* judgedAnew(who, ({ id, roles = [], version }) =>
    retried(Users.change)({ userId: id, version, roles: [...new Set([...roles, RoleName.make(adminRole)])] })
  )
  yield* counted(user)
  return { user: shownUser(user), client: client.id }
})

/** Made, or brought up to the sections that this version has. */
const administrationClient = Effect.gen(function* () {
  const found = yield* showClient(adminClient).pipe(Effect.catchTag("ClientNotFound", () => Effect.succeed(undefined)))
  if (found === undefined) return (yield* registerClient({ id: adminClient, metadata })).client
  const missing = adminScopes.filter((scope) => !found.metadata.scopes.includes(scope))
  if (missing.length === 0) return found
  const scopes = [...found.metadata.scopes, ...missing]
  return (yield* updateClient({ id: adminClient, metadata: { scopes } })).client
})
