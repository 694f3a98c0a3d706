/**
 * One error class per OAuth error code. The code goes to the client, the `reason` to the log.
 * RFC 6749 §4.1.2.1 and §5.2, OIDC Core §3.1.2.6, RFC 6750 §3.1.
 */
import { Schema } from "effect"

const oauth = <const Code extends string>(code: Code) => ({
  /** A sentence for the client's developer; never a secret, never another principal's data. */
  error_description: Schema.String,
  code: Schema.tag(code)
})

export class InvalidRequest extends Schema.TaggedError<InvalidRequest>()("InvalidRequest", {
  ...oauth("invalid_request"),
  /** The parameter at fault. */
  parameter: Schema.String
}) {}

export class InvalidClient extends Schema.TaggedError<InvalidClient>()("InvalidClient", {
  ...oauth("invalid_client"),
  reason: Schema.Literals(["unknown", "secret", "method", "malformed", "missing", "assertion", "replayed"]),
  /** Whether the client tried the Authorization header: then the answer names the scheme (RFC 6749 §5.2). */
  basic: Schema.Boolean
}) {}

export class InvalidGrant extends Schema.TaggedError<InvalidGrant>()("InvalidGrant", {
  ...oauth("invalid_grant"),
  reason: Schema.String
}) {}

export class UnauthorizedClient extends Schema.TaggedError<UnauthorizedClient>()("UnauthorizedClient", {
  ...oauth("unauthorized_client"),
  parameter: Schema.String
}) {}

export class UnsupportedGrantType extends Schema.TaggedError<UnsupportedGrantType>()("UnsupportedGrantType", {
  ...oauth("unsupported_grant_type")
}) {}

export class InvalidScope extends Schema.TaggedError<InvalidScope>()("InvalidScope", {
  ...oauth("invalid_scope")
}) {}

export class InvalidToken extends Schema.TaggedError<InvalidToken>()("InvalidToken", {
  ...oauth("invalid_token"),
  reason: Schema.String,
  /** 401, or 403 where the token is good but says too little: insufficient_scope (RFC 6750 §3.1). */
  status: Schema.Literals([401, 403])
}) {}

/** RFC 8707 §2. */
export class InvalidTarget extends Schema.TaggedError<InvalidTarget>()("InvalidTarget", {
  ...oauth("invalid_target")
}) {}

/** RFC 9449 §5, §7.1. */
export class InvalidDpopProof extends Schema.TaggedError<InvalidDpopProof>()("InvalidDpopProof", {
  ...oauth("invalid_dpop_proof"),
  reason: Schema.String
}) {}

/** The proof must carry a nonce: the answer tells it in its `DPoP-Nonce` header. RFC 9449 §8. */
export class UseDpopNonce extends Schema.TaggedError<UseDpopNonce>()("UseDpopNonce", {
  ...oauth("use_dpop_nonce")
}) {}

/** Nobody has decided yet: the device asks again. RFC 8628 §3.5. */
export class AuthorizationPending extends Schema.TaggedError<AuthorizationPending>()("AuthorizationPending", {
  ...oauth("authorization_pending")
}) {}

/** Nobody has decided yet, and the device asks too often. RFC 8628 §3.5. */
export class SlowDown extends Schema.TaggedError<SlowDown>()("SlowDown", { ...oauth("slow_down") }) {}

/** The user said no. RFC 8628 §3.5. */
export class AccessDenied extends Schema.TaggedError<AccessDenied>()("AccessDenied", { ...oauth("access_denied") }) {}

/** The device waited too long: it may begin anew. RFC 8628 §3.5. */
export class ExpiredToken extends Schema.TaggedError<ExpiredToken>()("ExpiredToken", { ...oauth("expired_token") }) {}

/** The errors of the authorization endpoint that go back to the client by redirect. */
export const AuthorizationErrorCode = Schema.Literals([
  "invalid_request",
  "unauthorized_client",
  "access_denied",
  "unsupported_response_type",
  "invalid_scope",
  "login_required",
  "consent_required",
  "request_not_supported",
  "request_uri_not_supported",
  "registration_not_supported",
  "unmet_authentication_requirements",
  "invalid_target",
  "invalid_request_object",
  "invalid_request_uri"
])
export type AuthorizationErrorCode = typeof AuthorizationErrorCode.Type

/** One of them, for whoever may be told: the client by redirect, the client that pushes (RFC 9126 §2.3), a person. */
export class RequestRefused extends Schema.TaggedError<RequestRefused>()("RequestRefused", {
  error_description: Schema.String,
  code: AuthorizationErrorCode,
  /** The parameter at fault, where it is a single one. */
  parameter: Schema.optionalKey(Schema.String)
}) {}

/** The description without the characters that RFC 6749 §5.2 forbids in it, and no longer than anybody reads. */
export const describe = (text: string): string => text.slice(0, 200).replace(/[^\x20-\x21\x23-\x5b\x5d-\x7e]/g, "?")
