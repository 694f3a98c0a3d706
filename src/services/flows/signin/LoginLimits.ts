/**
 * How often a password may be tried. NIST SP 800-63B §3.2.2, OWASP ASVS 5.0 §6.3.1; docs/decisions/0019-limits.md.
 *
 * Somebody who signed in with this browser before is counted by it alone. So whoever uses up the tries of a name, or of
 * a network that others share, stops only those who never signed in where they are.
 */
import { Effect } from "effect"
import type { UserId } from "../../../domain/Ids.ts"
import type { User } from "../../../domain/User.ts"
import { type Acquaintance, deviceOf, isOutdated, throttleKnown } from "./DeviceCookie.ts"
import type { Browser } from "../authorize/Outcome.ts"
import { type Admitted, throttle, throttleAddress } from "../limits/Throttle.ts"

/** A try that was admitted, and the browser that it was admitted for. */
export interface AdmittedLogin {
  readonly admitted: Admitted
  readonly device: Acquaintance | undefined
}

/**
 * Admits one try, before anything is compared, and gives what to give back if it was right. Names are counted as they
 * were typed: an account that has two would otherwise say so by refusing both.
 */
export const throttleLogin = Effect.fn("ThrottleLogin")(function* (
  typed: string,
  userId: UserId | null,
  browser: Browser
) {
  const device = userId === null ? undefined : yield* deviceOf(browser, userId)
  const counted = device === undefined ? throttleStranger(typed, browser) : throttleKnown("login_known", device)
  const login: AdmittedLogin = { admitted: yield* counted, device }
  return login
})

/** The same again as a stranger's, now that the person is found, if the browser is known from before their password. */
export const throttleOutdated = (
  { admitted, device }: AdmittedLogin,
  { browser, typed, user }: { readonly typed: string; readonly user: User | null; readonly browser: Browser }
) => (device !== undefined && isOutdated(device, user) ? throttleStranger(typed, browser) : Effect.succeed(admitted))

const throttleStranger = Effect.fnUntraced(function* (typed: string, browser: Browser) {
  // The address first: who has no try left does not use up those of others.
  yield* throttleAddress("login_address", browser.address)
  return yield* throttle("login_account", typed)
})
