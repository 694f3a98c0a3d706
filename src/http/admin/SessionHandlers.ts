/** What the endpoints of `/admin/sessions` do. */
import { Effect } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import type { Consent } from "../../domain/Consent.ts"
import { endMany } from "../../services/flows/operator/EndMany.ts"
import { signOutUser } from "../../services/flows/operator/SignOutUser.ts"
import { endSession, listConsents, listSessions } from "../../services/flows/operator/UserSessions.ts"
import { withdrawConsent } from "../../services/flows/operator/WithdrawConsent.ts"
import { AdminApi } from "./AdminApi.ts"
import { answered } from "./Answered.ts"

type Listed = Effect.Success<ReturnType<typeof listSessions>>["sessions"][number]

export const SessionHandlers = HttpApiBuilder.group(AdminApi, "sessions", (handlers) =>
  handlers.handleAll({
    listSessions: ({ params }) =>
      answered(Effect.map(listSessions(params.id), ({ sessions }) => ({ sessions: sessions.map(shown) }))),
    endSessions: ({ params }) => answered(signOutUser(params.id)),
    endSession: ({ params }) => answered(endSession(params.id, params.sid)),
    listConsents: ({ params }) =>
      answered(Effect.map(listConsents(params.id), ({ consents }) => ({ consents: consents.map(allowed) }))),
    withdrawConsent: ({ params }) => answered(withdrawConsent(params.id, params.client)),
    endMany: ({ payload }) => answered(endMany(payload))
  })
)

const shown = ({ authentication, clients, endsAt, origin, seenAt, sid }: Listed) => ({
  sid,
  signedInAt: authentication.authTime,
  acr: authentication.acr,
  seenAt,
  endsAt,
  ...origin,
  clients
})

const allowed = ({ claims, clientId, grantedAt, resources = [], scopes }: Consent) => ({
  clientId,
  scopes,
  claims,
  resources,
  grantedAt
})
