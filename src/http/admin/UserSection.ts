/** `/admin/users`: users, their passkeys, passwords and pictures. */
import { ByteSize, Schema } from "effect"
import { HttpApiEndpoint, HttpApiSchema, OpenApi } from "effect/http-api"
import { largestAvatar } from "../../domain/Avatar.ts"
import { languages } from "../../domain/Language.ts"
import { CredentialId } from "../../domain/Passkey.ts"
import { ListedUser } from "../../services/flows/operator/SearchUsers.ts"
import { BodyLimit } from "./Administration.ts"
import { Conflict, NotFound, PreconditionFailed, PreconditionRequired } from "./Problems.ts"
import { section } from "./Section.ts"
import { UserOnWire, who } from "./UserWire.ts"
import { ifMatch, Moment, Next, PageQuery, tagged } from "./Wire.ts"

const Listed = Schema.Struct({ ...ListedUser.fields, createdAt: Moment, updatedAt: Moment }).pipe(
  Schema.encodeKeys({ userId: "id", createdAt: "created_at", updatedAt: "updated_at" })
)

const text = (description: string) => Schema.optionalKey(Schema.String.annotate({ description }))

const query = Schema.Struct({
  username: text("The beginning of a user name"),
  email: text("The beginning of an e-mail address"),
  id: text("A user's id"),
  role: text("A role's name"),
  field: text("A searchable field of your own"),
  value: text("What the field holds"),
  ...PageQuery.fields
})

const claims = Schema.optionalKey(
  Schema.Record(Schema.String, Schema.Unknown).annotate({
    description: "Standard claims but those that are made of the names"
  })
)

const emailVerified = Schema.optionalKey(Schema.Boolean)

const onChange = {
  params: who,
  headers: ifMatch,
  success: tagged(UserOnWire),
  error: [NotFound, PreconditionFailed, PreconditionRequired, Conflict]
} as const

const Passkey = Schema.Struct({ credentialId: CredentialId, name: Schema.String, createdAt: Moment }).pipe(
  Schema.encodeKeys({ credentialId: "id", createdAt: "created_at" })
)

const users = section("users", "Users")
  .add(
    HttpApiEndpoint.get("searchUsers", "/users", {
      query,
      success: Schema.Struct({ users: Schema.Array(Listed), next: Next })
    }).annotateMerge(
      OpenApi.annotations({
        summary: "Lists users, or looks for some",
        description: "By one of username, email, id, role or field. A change shows a few seconds later."
      })
    )
  )
  .add(
    HttpApiEndpoint.post("createUser", "/users", {
      payload: Schema.Struct({
        username: Schema.optionalKey(Schema.String),
        email: Schema.optionalKey(Schema.String),
        emailVerified,
        password: Schema.optionalKey(Schema.RedactedFromValue(Schema.String)),
        claims
      }).pipe(Schema.encodeKeys({ emailVerified: "email_verified" })),
      success: tagged(UserOnWire.pipe(HttpApiSchema.status(201))),
      error: [Conflict]
    }).annotate(OpenApi.Summary, "Makes a user")
  )
  .add(
    HttpApiEndpoint.get("showUser", "/users/:id", {
      params: who,
      success: tagged(UserOnWire),
      error: [NotFound]
    }).annotate(OpenApi.Summary, "Shows a user")
  )
  .add(
    HttpApiEndpoint.patch("updateUser", "/users/:id", {
      ...onChange,
      payload: Schema.Struct({
        username: Schema.optionalKey(Schema.NullOr(Schema.String)),
        email: Schema.optionalKey(Schema.NullOr(Schema.String)),
        emailVerified,
        claims,
        custom: Schema.optionalKey(Schema.Record(Schema.String, Schema.Unknown))
      }).pipe(Schema.encodeKeys({ emailVerified: "email_verified" }))
    }).annotateMerge(
      OpenApi.annotations({
        summary: "Changes a user",
        description: "What is left out stays; a member that is null is taken away (RFC 7396)."
      })
    )
  )
  .add(
    HttpApiEndpoint.delete("deleteUser", "/users/:id", {
      params: who,
      headers: ifMatch,
      error: [NotFound, PreconditionFailed, PreconditionRequired, Conflict]
    }).annotate(OpenApi.Summary, "Deletes a user with everything but what the audit log says")
  )
  .add(
    HttpApiEndpoint.put("setStatus", "/users/:id/status", {
      ...onChange,
      payload: Schema.Struct({ status: Schema.Literals(["active", "disabled"]) })
    }).annotateMerge(
      OpenApi.annotations({
        summary: "Disables a user, or enables one again",
        description: "Disabling ends all sessions and grants for good: enabling brings none of them back."
      })
    )
  )

export const UserSection = users
  .add(
    HttpApiEndpoint.put("setPassword", "/users/:id/password", {
      params: who,
      payload: Schema.Struct({ password: Schema.RedactedFromValue(Schema.String) }),
      success: Schema.Struct({ sessionsEnded: Schema.Int }).pipe(
        Schema.encodeKeys({ sessionsEnded: "sessions_ended" })
      ),
      error: [NotFound, PreconditionFailed]
    }).annotate(OpenApi.Summary, "Sets a password and ends every session")
  )
  .add(
    HttpApiEndpoint.post("sendResetLetter", "/users/:id/reset-letter", {
      params: who,
      payload: Schema.Struct({ language: Schema.optionalKey(Schema.Literals(languages)) }),
      error: [NotFound]
    }).annotate(OpenApi.Summary, "Sends the user a letter with a link that sets a password")
  )
  .add(
    HttpApiEndpoint.get("listPasskeys", "/users/:id/passkeys", {
      params: who,
      success: Schema.Struct({ passkeys: Schema.Array(Passkey) }),
      error: [NotFound]
    }).annotate(OpenApi.Summary, "Lists a user's passkeys")
  )
  .add(
    HttpApiEndpoint.delete("removePasskey", "/users/:id/passkeys/:passkey", {
      params: { ...who, passkey: Schema.String },
      error: [NotFound]
    }).annotate(OpenApi.Summary, "Takes a passkey away, the last one too")
  )
  .add(
    HttpApiEndpoint.put("setAvatar", "/users/:id/avatar", {
      ...onChange,
      payload: Schema.Uint8Array.pipe(HttpApiSchema.asUint8Array({ contentType: "application/octet-stream" }))
    })
      .annotate(BodyLimit, ByteSize.bytes(largestAvatar))
      .annotateMerge(
        OpenApi.annotations({
          summary: "Sets a user's picture, and the claim that names it",
          description: "A JPEG, PNG, GIF or WebP of up to 5 MB, known by its bytes; of these only the picture is kept."
        })
      )
  )
  .add(
    HttpApiEndpoint.delete("removeAvatar", "/users/:id/avatar", onChange).annotate(
      OpenApi.Summary,
      "Takes a user's picture away"
    )
  )
