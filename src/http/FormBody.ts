/** Reading a form: application/x-www-form-urlencoded, of bounded size. RFC 6749 §3.2, Appendix B. */
import { Effect, Redacted } from "effect"
import { HttpServerRequest } from "effect/http"
import { InvalidRequest } from "../domain/OAuthError.ts"
import { fromSearchParams, type Parameters } from "../domain/Parameters.ts"
import { StepRefused } from "../services/flows/SealedStep.ts"
import { readBodyText } from "./BodyText.ts"
import { queryText } from "./RequestTarget.ts"

/** The form's text, undecoded. */
export const readFormText = () =>
  Effect.mapError(
    readBodyText("application/x-www-form-urlencoded"),
    (error_description) => new InvalidRequest({ error_description, parameter: "body" })
  )

export const readForm = (): Effect.Effect<Parameters, InvalidRequest, HttpServerRequest.HttpServerRequest> =>
  Effect.map(readFormText(), (text) => fromSearchParams(new URLSearchParams(text)))

/** The text of a form of a page of ours, undecoded: one that cannot be read brings back no step. */
export const readStepText = Effect.mapError(readFormText(), () => new StepRefused({ problem: "malformed" }))

/** The form of a page of ours. */
export const readStepForm = Effect.map(readStepText, (text) => fromSearchParams(new URLSearchParams(text)))

/** A new password, from the two fields that it is typed into. OWASP ASVS 5.0 §6.2.3. */
export const typedTwice = (form: Parameters) => {
  const typed = form.get("password") ?? ""
  return { password: Redacted.make(typed), isRepeated: typed === form.get("again") }
}

/** The parameters of the request's query. */
export const readQuery = HttpServerRequest.HttpServerRequest.use(({ url }) =>
  Effect.succeed(fromSearchParams(new URLSearchParams(queryText(url))))
)
