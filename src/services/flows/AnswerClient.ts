/** Answers to the client by redirect. `iss` is in every one, errors too. RFC 6749 §4.1.2, RFC 9207 §2. */
import { Effect } from "effect"
import { type AuthorizationErrorCode, describe } from "../../domain/OAuthError.ts"
import { withParameters } from "../../domain/RedirectUri.ts"
import { ProviderConfig } from "../ports/ProviderConfig.ts"
import type { Redirect } from "./Outcome.ts"

interface To {
  readonly redirectUri: string
  readonly state: string | null
}

const redirect = (to: To, parameters: Readonly<Record<string, string>>) =>
  ProviderConfig.use(({ issuer }) =>
    Effect.succeed<Redirect>({
      _tag: "Redirect",
      uri: withParameters(to.redirectUri, { ...parameters, state: to.state ?? undefined, iss: issuer })
    })
  )

export const answerWithCode = (to: To, code: string) => redirect(to, { code })

export const answerWithError = (to: To, error: AuthorizationErrorCode, description: string) =>
  redirect(to, { error, error_description: describe(description) })
