/**
 * A step with its client, read anew: where an answer may go is decided by what is registered now, not by what was when
 * the step began. RFC 6749 §3.1.2.3, RFC 9700 §2.1.
 */
import { Effect } from "effect"
import type { ConsentInteraction, LoginInteraction } from "../../domain/Interaction.ts"
import { matches } from "../../domain/RedirectUri.ts"
import { Clients } from "../storage/Clients.ts"
import { retried } from "../storage/Retry.ts"
import type { Browser } from "./Outcome.ts"
import { openStepOfAnyAge, StepRefused } from "./SealedStep.ts"

/** The client of a step, if it still is one and still has the address that the answer would go to. */
const stillRegistered = Effect.fnUntraced(function* ({ request }: LoginInteraction | ConsentInteraction) {
  const client = yield* retried(Clients.find)(request.clientId)
  const isThere = client !== null && matches(client.metadata.redirect_uris, request.redirectUri)
  return isThere ? client : yield* new StepRefused({ problem: "withdrawn" })
})

export const openLoginStep = Effect.fnUntraced(function* (sealed: string, browser: Browser) {
  const { expired, step } = yield* openStepOfAnyAge("login", sealed, browser)
  return { expired, step, client: yield* stillRegistered(step) }
})

export const openConsentStep = Effect.fnUntraced(function* (sealed: string, browser: Browser) {
  const { expired, step } = yield* openStepOfAnyAge("consent", sealed, browser)
  return { expired, step, client: yield* stillRegistered(step) }
})
