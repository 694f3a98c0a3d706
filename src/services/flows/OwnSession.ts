/** Whether a browser is still in the session that a step was made in: a second tab may have signed in since. */
import { Effect } from "effect"
import { equal } from "../../domain/ConstantTime.ts"
import type { SecretHash, UserId } from "../../domain/Ids.ts"
import type { Browser } from "./authorize/Outcome.ts"
import { sessionOf } from "./Placed.ts"
import { hashSecret } from "./Secrets.ts"

/** Only whether the cookie is the step's own; that the session still lives is judged by what the step leads to. */
export const ownSession = Effect.fnUntraced(function* (
  step: { readonly userId: UserId; readonly sessionHash: SecretHash },
  browser: Browser
) {
  const session = yield* sessionOf(browser.session)
  const hash = yield* hashSecret(session?.secret ?? "")
  const sameUser = session?.userId === step.userId
  return { sameUser, sameSession: sameUser && equal(hash, step.sessionHash) }
})
