/** What the endpoints of `/admin/registration-tokens` do. */
import { Effect, Redacted } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import {
  createRegistrationToken,
  listRegistrationTokens,
  revokeRegistrationToken
} from "../../services/flows/operator/RegistrationTokens.ts"
import { AdminApi } from "./AdminApi.ts"
import { answered } from "./Answered.ts"

export const RegistrationTokenHandlers = HttpApiBuilder.group(AdminApi, "registration-tokens", (handlers) =>
  handlers.handleAll({
    listRegistrationTokens: ({ query }) => answered(listRegistrationTokens(query)),
    createRegistrationToken: ({ payload }) =>
      answered(
        Effect.map(createRegistrationToken(payload), ({ secret, token }) => ({
          token,
          secret: Redacted.value(secret)
        }))
      ),
    revokeRegistrationToken: ({ params }) => answered(Effect.asVoid(revokeRegistrationToken(params.id)))
  })
)
