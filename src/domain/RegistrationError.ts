/** One error class for each way in which a registration is refused. RFC 7591 §3.2.2, RFC 7592 §2. */
import { Schema } from "effect"

const refusal = <const Code extends string, const Status extends number>(code: Code, status: Status) => ({
  /** A sentence for the client's developer. */
  error_description: Schema.String,
  code: Schema.tag(code),
  status: Schema.tag(status)
})

export class InvalidRedirectUri extends Schema.TaggedError<InvalidRedirectUri>()("InvalidRedirectUri", {
  ...refusal("invalid_redirect_uri", 400)
}) {}

export class InvalidClientMetadata extends Schema.TaggedError<InvalidClientMetadata>()("InvalidClientMetadata", {
  ...refusal("invalid_client_metadata", 400)
}) {}

export class InvalidSoftwareStatement extends Schema.TaggedError<InvalidSoftwareStatement>()(
  "InvalidSoftwareStatement",
  { ...refusal("invalid_software_statement", 400) }
) {}

/** A statement that nobody here trusts. */
export class UnapprovedSoftwareStatement extends Schema.TaggedError<UnapprovedSoftwareStatement>()(
  "UnapprovedSoftwareStatement",
  { ...refusal("unapproved_software_statement", 400) }
) {}

/** This provider's operator registers clients, and nobody else. */
export class RegistrationClosed extends Schema.TaggedError<RegistrationClosed>()("RegistrationClosed", {
  ...refusal("access_denied", 403)
}) {}

/** Somebody else changed the client at the same time. RFC 7592 has no code for it, and HTTP has a status. */
export class RegistrationConflict extends Schema.TaggedError<RegistrationConflict>()("RegistrationConflict", {
  ...refusal("conflict", 409)
}) {}

export type RegistrationError =
  | InvalidRedirectUri
  | InvalidClientMetadata
  | InvalidSoftwareStatement
  | UnapprovedSoftwareStatement
  | RegistrationClosed
  | RegistrationConflict
