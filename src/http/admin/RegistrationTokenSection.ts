/** `/admin/registration-tokens`: what allows others to register clients. RFC 7591 §3. */
import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiSchema, OpenApi } from "effect/http-api"
import { InitialTokenId } from "../../domain/InitialAccessToken.ts"
import { NotFound } from "./Problems.ts"
import { section } from "./Section.ts"
import { Moment, Next, PageQuery, Span } from "./Wire.ts"

const Token = Schema.Struct({
  id: InitialTokenId,
  uses: Schema.Int.annotate({ description: "How many clients may be registered by it" }),
  used: Schema.Int,
  createdAt: Moment,
  expiresAt: Moment
}).pipe(Schema.encodeKeys({ createdAt: "created_at", expiresAt: "expires_at" }))

export const RegistrationTokenSection = section("registration-tokens", "Initial access tokens")
  .add(
    HttpApiEndpoint.get("listRegistrationTokens", "/registration-tokens", {
      query: PageQuery,
      success: Schema.Struct({ tokens: Schema.Array(Token), next: Next })
    }).annotate(OpenApi.Summary, "Lists the tokens, those that are used up or have expired too")
  )
  .add(
    HttpApiEndpoint.post("createRegistrationToken", "/registration-tokens", {
      payload: Schema.Struct({ uses: Schema.Int, lifetime: Span }),
      success: Schema.Struct({
        token: Token,
        secret: Schema.String.annotate({ description: "What its holder shows: it is told this once" })
      }).pipe(HttpApiSchema.status(201))
    }).annotate(OpenApi.Summary, "Makes a token")
  )
  .add(
    HttpApiEndpoint.delete("revokeRegistrationToken", "/registration-tokens/:id", {
      params: { id: Schema.String },
      error: [NotFound]
    }).annotate(OpenApi.Summary, "Revokes a token; clients that were registered by it stay")
  )
