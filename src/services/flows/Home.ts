/** Who is signed in, for the provider's own front page. */
import { Effect } from "effect"
import { displayName } from "../../domain/User.ts"
import { retried } from "../storage/Retry.ts"
import { Sessions } from "../storage/Sessions.ts"
import type { Browser } from "./authorize/Outcome.ts"
import { keyOf, sessionOf } from "./Placed.ts"

/** Undefined for nobody. */
export const home = Effect.fn("Home")(function* (browser: Browser) {
  const token = yield* sessionOf(browser.session)
  if (token === undefined) return undefined
  const found = yield* retried(Sessions.find)(yield* keyOf(token))
  return found === null ? undefined : displayName(found.user)
})
