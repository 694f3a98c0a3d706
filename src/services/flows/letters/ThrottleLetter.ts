/** How often letters to somebody may be asked for. docs/decisions/0019-limits.md. */
import { Effect } from "effect"
import type { Identifier } from "../../../domain/Identifier.ts"
import type { UserId } from "../../../domain/Ids.ts"
import type { User } from "../../../domain/User.ts"
import { deviceOf, isOutdated, throttleKnown } from "../signin/DeviceCookie.ts"
import type { Browser } from "../authorize/Outcome.ts"
import { throttle, throttleAddress } from "../limits/Throttle.ts"

/**
 * Whoever signed in with this browser before is counted by it, so that nobody who asks for letters to them, to annoy or
 * to lock them out, keeps theirs from them.
 */
export const throttleLetter = Effect.fn("ThrottleLetter")(function* (
  name: Identifier | undefined,
  { user, userId }: { readonly userId: UserId; readonly user: User | null },
  browser: Browser
) {
  const device = yield* deviceOf(browser, userId)
  if (device !== undefined && !isOutdated(device, user)) return yield* throttleKnown("letter_known", device)
  return yield* throttleLetterTo(name, browser)
})

/** Counted by whoever asks, and by the name that is written to. */
export const throttleLetterTo = Effect.fnUntraced(function* (name: Identifier | undefined, browser: Browser) {
  yield* throttleAddress("letter_asker", browser.address)
  return yield* throttle("letter_address", name ?? "")
})
