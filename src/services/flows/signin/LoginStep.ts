/** Sending somebody to sign in. OIDC Core §3.1.2.3. */
import { Clock, Effect } from "effect"
import { LoginInteraction } from "../../../domain/Interaction.ts"
import { ProviderConfig } from "../../ports/ProviderConfig.ts"
import type { Outcome } from "../authorize/Outcome.ts"
import { sealStep } from "../SealedStep.ts"
import { drawTicketId, hashSecret } from "../Secrets.ts"

/** A new login step for a request: also the way on for one whose step was used up or came too late. */
export const loginStep = Effect.fnUntraced(function* (
  request: LoginInteraction["request"],
  browserSecret: string,
  subject: string | null
) {
  const { lifetimes, ticketGenerations } = yield* ProviderConfig
  const step = new LoginInteraction({
    ticket: yield* drawTicketId(ticketGenerations),
    browser: yield* hashSecret(browserSecret),
    request,
    subject,
    expiresAt: (yield* Clock.currentTimeMillis) + lifetimes.interaction
  })
  const outcome: Outcome = { _tag: "Login", sealed: yield* sealStep(step) }
  return outcome
})
