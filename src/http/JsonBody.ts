/** Reading a JSON body as text, of bounded size. RFC 7591 §3.1. */
import { Effect } from "effect"
import { InvalidClientMetadata } from "../domain/RegistrationError.ts"
import { readBodyText } from "./BodyText.ts"

/** The body's text, undecoded. */
export const readJsonText = () =>
  Effect.mapError(
    readBodyText("application/json"),
    (error_description) => new InvalidClientMetadata({ error_description })
  )
