/** The answer to a question that a page asks: yes or no, by a POST, and nothing else. RFC 9700 §4.7. */
import { Effect } from "effect"
import type { Browser } from "../../services/flows/authorize/Outcome.ts"
import { StepRefused } from "../../services/flows/SealedStep.ts"
import { readBrowser } from "../BrowserCookies.ts"
import { readStepForm } from "../FormBody.ts"

type Answer<A, E, R> = (sealed: string, browser: Browser) => Effect.Effect<A, E, R>

/** What comes of the person's decision about the step that the form brings back. */
export const decided = Effect.fnUntraced(function* <A, E, R>(approve: Answer<A, E, R>, deny: Answer<A, E, R>) {
  const form = yield* readStepForm
  const browser = yield* readBrowser()
  const sealed = form.get("interaction") ?? ""
  switch (form.get("decision")) {
    case "approve":
      return yield* approve(sealed, browser)
    case "deny":
      return yield* deny(sealed, browser)
    default:
      return yield* new StepRefused({ problem: "malformed" })
  }
})
