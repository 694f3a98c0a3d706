/** `/admin/sessions`: sessions and consents of one user, and ending those of many. OWASP ASVS 5.0 §7.4.5. */
import { Schema } from "effect"
import { HttpApiEndpoint, OpenApi } from "effect/http-api"
import { ConsentedResource } from "../../domain/Consent.ts"
import { ClientId, Sid } from "../../domain/Ids.ts"
import { NotFound } from "./Problems.ts"
import { section } from "./Section.ts"
import { who } from "./UserWire.ts"
import { Moment, Next } from "./Wire.ts"

const SessionOnWire = Schema.Struct({
  sid: Sid,
  signedInAt: Moment,
  acr: Schema.String,
  seenAt: Moment,
  endsAt: Moment,
  userAgent: Schema.optionalKey(Schema.String),
  place: Schema.optionalKey(Schema.String),
  clients: Schema.Array(ClientId)
}).pipe(
  Schema.encodeKeys({
    signedInAt: "signed_in_at",
    seenAt: "seen_at",
    endsAt: "ends_at",
    userAgent: "user_agent"
  })
)

const ConsentOnWire = Schema.Struct({
  clientId: ClientId,
  scopes: Schema.Array(Schema.String),
  claims: Schema.Array(Schema.String),
  resources: Schema.Array(ConsentedResource),
  grantedAt: Moment
}).pipe(Schema.encodeKeys({ clientId: "client_id", grantedAt: "granted_at" }))

const Ended = Schema.Struct({ sessionsEnded: Schema.Int }).pipe(Schema.encodeKeys({ sessionsEnded: "sessions_ended" }))

export const SessionSection = section("sessions", "Sessions and grants")
  .add(
    HttpApiEndpoint.get("listSessions", "/users/:id/sessions", {
      params: who,
      success: Schema.Struct({ sessions: Schema.Array(SessionOnWire) }),
      error: [NotFound]
    }).annotate(OpenApi.Summary, "Lists the live sessions of a user, the latest login first")
  )
  .add(
    HttpApiEndpoint.delete("endSessions", "/users/:id/sessions", {
      params: who,
      success: Ended,
      error: [NotFound]
    }).annotate(OpenApi.Summary, "Ends all sessions of a user")
  )
  .add(
    HttpApiEndpoint.delete("endSession", "/users/:id/sessions/:sid", {
      params: { ...who, sid: Schema.String },
      success: Ended,
      error: [NotFound]
    }).annotate(OpenApi.Summary, "Ends one session of a user")
  )
  .add(
    HttpApiEndpoint.get("listConsents", "/users/:id/consents", {
      params: who,
      success: Schema.Struct({ consents: Schema.Array(ConsentOnWire) }),
      error: [NotFound]
    }).annotate(OpenApi.Summary, "Lists what a user has allowed applications")
  )
  .add(
    HttpApiEndpoint.delete("withdrawConsent", "/users/:id/consents/:client", {
      params: { ...who, client: Schema.String },
      success: Schema.Struct({ withdrawn: Schema.Boolean }),
      error: [NotFound]
    }).annotate(OpenApi.Summary, "Withdraws it: every grant that rests on it falls")
  )
  .add(
    HttpApiEndpoint.post("endMany", "/sessions/end", {
      payload: Schema.Struct({
        users: Schema.optionalKey(Schema.Array(Schema.String)),
        client: Schema.optionalKey(Schema.String),
        all: Schema.optionalKey(Schema.Literal(true)),
        before: Schema.optionalKey(Moment),
        grants: Schema.optionalKey(Schema.Boolean),
        after: Schema.optionalKey(Schema.String)
      }),
      success: Schema.Struct({ sessions: Schema.Int, grants: Schema.Int, next: Next }),
      error: [NotFound]
    }).annotateMerge(
      OpenApi.annotations({
        summary: "Ends sessions and grants of many users, what a client was given, or everybody's",
        description: "One of users, client or all. Until `next` is null, ask again with it as `after`."
      })
    )
  )
