/**
 * How often a password may be tried. NIST SP 800-63B §3.2.2, OWASP ASVS 5.0 §6.3.1; docs/decisions/0019-limits.md.
 *
 * Somebody who signed in with this browser before is counted by it alone. So whoever uses up the tries of a name, or of
 * a network that others share, stops only those who never signed in where they are.
 */
import { Effect } from "effect"
import type { UserId } from "../../domain/Ids.ts"
import { deviceOf } from "./DeviceCookie.ts"
import type { Browser } from "./Outcome.ts"
import { throttle, throttleAddress } from "./Throttle.ts"

/**
 * Admits one try, before anything is compared, and says what to give back if it was right. Names are counted as they
 * were typed: an account that has two would otherwise say so by refusing both.
 */
export const throttleLogin = Effect.fn("ThrottleLogin")(function* (
  typed: string,
  userId: UserId | null,
  browser: Browser
) {
  const device = userId === null ? undefined : yield* deviceOf(browser, userId)
  if (device !== undefined) return yield* throttle("login_known", JSON.stringify([device, userId]))
  // The address first: who has no try left does not use up those of others.
  yield* throttleAddress("login_address", browser.address)
  return yield* throttle("login_account", typed)
})
