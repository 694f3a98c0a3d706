/** Who is signed in, for the provider's own front page. */
import { Effect } from "effect"
import { displayName } from "../../domain/User.ts"
import { ProviderConfig } from "../ports/ProviderConfig.ts"
import { retried } from "../storage/Retry.ts"
import { Sessions } from "../storage/Sessions.ts"
import type { Browser } from "./Outcome.ts"
import { keyOf, sessionOf } from "./Placed.ts"

export const home = Effect.fn("Home")(function* (browser: Browser) {
  const { name } = yield* ProviderConfig
  const token = yield* sessionOf(browser.session)
  if (token === undefined) return { name, userName: undefined }
  const found = yield* retried(Sessions.find)(yield* keyOf(token))
  return { name, userName: found === null ? undefined : displayName(found.user) }
})
