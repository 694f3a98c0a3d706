/**
 * A step with its client, read anew: where an answer may go is decided by what is registered now, not by what was when
 * the step began. RFC 6749 §3.1.2.3, RFC 9700 §2.1.
 */
import { Effect } from "effect"
import type { AuthorizationRequest } from "../../../domain/AuthorizationRequest.ts"
import type { Client } from "../../../domain/Client.ts"
import type { AccountVisit, DeviceVerification, LoginInteraction } from "../../../domain/Interaction.ts"
import { matches } from "../../../domain/RedirectUri.ts"
import { Clients } from "../../storage/Clients.ts"
import { retried } from "../../storage/Retry.ts"
import type { Browser } from "./Outcome.ts"
import { openStepOfAnyAge, StepRefused } from "../SealedStep.ts"

/** The client of a step, if it still is one and still has the address that the answer would go to. */
const stillRegistered = Effect.fnUntraced(function* (request: AuthorizationRequest) {
  const client = yield* retried(Clients.find)(request.clientId)
  const isThere = client !== null && matches(client.metadata.redirect_uris, request.redirectUri)
  return isThere ? client : yield* new StepRefused({ problem: "withdrawn" })
})

/** What a login is for: a client's request, a device (of which nobody hears before they signed in), or the account. */
export type Purpose =
  | { readonly _tag: "authorization"; readonly request: AuthorizationRequest; readonly client: Client }
  | { readonly _tag: "device"; readonly request: DeviceVerification }
  | { readonly _tag: "account"; readonly request: AccountVisit }

export const openLoginStep = Effect.fnUntraced(function* (sealed: string, browser: Browser) {
  const { expired, step } = yield* openStepOfAnyAge("login", sealed, browser)
  const { request } = step
  return { expired, step, purpose: yield* purposeOf(request) }
})

/** What a login is for, with its client as it is registered now. */
export const purposeOf = Effect.fnUntraced(function* (request: LoginInteraction["request"]) {
  const purpose: Purpose =
    request._tag === "device"
      ? { _tag: "device", request }
      : request._tag === "account"
        ? { _tag: "account", request }
        : { _tag: "authorization", request, client: yield* stillRegistered(request) }
  return purpose
})

export const openConsentStep = Effect.fnUntraced(function* (sealed: string, browser: Browser) {
  const { expired, step } = yield* openStepOfAnyAge("consent", sealed, browser)
  return { expired, step, client: yield* stillRegistered(step.request) }
})
