/** A member of the metadata that cannot be taken, in the words of the registration endpoint. RFC 7591 §3.2.2. */
import { Effect } from "effect"
import { InvalidClientMetadata, InvalidRedirectUri } from "../../../domain/RegistrationError.ts"
import type { InvalidField } from "../operator/Refusals.ts"

export const refusedMember = ({ field, message }: InvalidField) => {
  // On the wire the scopes are one text, `scope`.
  const error_description = message.replace(/^scopes/, "scope")
  return Effect.fail(
    field.startsWith("redirect_uris")
      ? new InvalidRedirectUri({ error_description })
      : new InvalidClientMetadata({ error_description })
  )
}
