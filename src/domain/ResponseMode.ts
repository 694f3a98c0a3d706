/** Which way an answer goes back. OAuth 2.0 Multiple Response Types §2.1, §5; Form Post Response Mode §2. */
import { Schema } from "effect"
import { ResponseType } from "./ClientMetadata.ts"

export const ResponseMode = Schema.Literals(["query", "fragment", "form_post"])
export type ResponseMode = typeof ResponseMode.Type

/** The mode of this name; undefined if there is none. */
export const named = (text: string): ResponseMode | undefined => ResponseMode.literals.find((mode) => mode === text)

/** The response type of these words, in whatever order they are sent. Multiple Response Types §1. */
export const responseType = (text: string): ResponseType | undefined => {
  const sorted = (words: string) => words.split(" ").sort().join(" ")
  return ResponseType.literals.find((type) => sorted(type) === sorted(text))
}

/** A code alone goes in the query, whatever comes with a token in the fragment. Multiple Response Types §5. */
export const byDefault = (type: ResponseType): ResponseMode => (type === "code" ? "query" : "fragment")

/** Whether the mode can bring an answer there: a form is posted on the web, and not to an application's own scheme. */
export const reaches = (mode: ResponseMode, redirectUri: string): boolean =>
  mode !== "form_post" || /^https?:/i.test(redirectUri)

/** The way of an answer to a request that may itself be wrong: what cannot be told falls back to the default. */
export const ofReply = (
  responseTypeText: string | undefined,
  modeText: string | undefined,
  redirectUri: string
): ResponseMode => {
  const type = responseType(responseTypeText ?? "") ?? "code"
  const mode = modeText === undefined ? undefined : named(modeText)
  const fits = mode !== undefined && reaches(mode, redirectUri) && (mode !== "query" || type === "code")
  return fits ? mode : byDefault(type)
}
