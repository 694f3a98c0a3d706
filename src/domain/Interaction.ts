/**
 * A step between an authorization request and its answer: the login page, the consent page.
 *
 * It travels sealed with the browser and is stored nowhere: nothing is written until somebody has proved who they are.
 * It is bound to the browser that began it, so that nobody can be made to finish another's (RFC 9700 §4.7).
 */
import { Schema } from "effect"
import { AuthorizationRequest } from "./AuthorizationRequest.ts"
import { ClientId, SecretHash, UserId } from "./Ids.ts"

/** A login that is waiting for its person. `ticket` is consumed by the login that succeeds. */
export class LoginInteraction extends Schema.Class<LoginInteraction>("LoginInteraction")({
  _tag: Schema.tag("login"),
  ticket: Schema.String,
  /** The hash of the secret in the browser's cookie. */
  browser: SecretHash,
  request: AuthorizationRequest,
  /** The user the client expects; null for anybody. */
  subject: Schema.NullOr(Schema.String),
  /** Milliseconds. */
  expiresAt: Schema.Int
}) {}

/** A consent that is waiting for the signed-in user. */
export class ConsentInteraction extends Schema.Class<ConsentInteraction>("ConsentInteraction")({
  _tag: Schema.tag("consent"),
  browser: SecretHash,
  request: AuthorizationRequest,
  userId: UserId,
  userName: Schema.String,
  sessionHash: SecretHash,
  /** The login has to be at least this young, whenever the button is pressed. Milliseconds. */
  authenticatedSince: Schema.Int,
  subject: Schema.NullOr(Schema.String),
  expiresAt: Schema.Int
}) {}

/** A logout that is waiting for a person to confirm it. OIDC RP-Initiated Logout §2. */
export class LogoutInteraction extends Schema.Class<LogoutInteraction>("LogoutInteraction")({
  _tag: Schema.tag("logout"),
  browser: SecretHash,
  sessionHash: SecretHash,
  /** Who would be signed out, as the page says it. */
  userName: Schema.String,
  clientId: Schema.NullOr(ClientId),
  /** The registered address to go back to afterwards, with its state; null to stay here. */
  uri: Schema.NullOr(Schema.String),
  expiresAt: Schema.Int
}) {}

export const Interaction = Schema.Union([LoginInteraction, ConsentInteraction, LogoutInteraction])
export type Interaction = typeof Interaction.Type
