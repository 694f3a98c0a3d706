/** The browser that somebody signed in with before, by a sealed cookie. docs/decisions/0019-limits.md. */
import { Clock, Effect } from "effect"
import type { UserId } from "../../../domain/Ids.ts"
import { after, KnownDevice, knownSince } from "../../../domain/KnownDevice.ts"
import type { User } from "../../../domain/User.ts"
import { ProviderConfig } from "../../ports/ProviderConfig.ts"
import { Sealer } from "../../ports/Sealer.ts"
import type { Browser } from "../authorize/Outcome.ts"
import { openerOf } from "../Sealed.ts"
import { drawSecret } from "../Secrets.ts"
import { throttle } from "../limits/Throttle.ts"

const open = openerOf("device", KnownDevice)

/** Undefined for a browser that brings none, or none of ours. */
const openDevice = ({ device }: Browser) => (device === undefined ? Effect.succeed(undefined) : open(device))

/** A browser by its name, a person who signed in with it, and when they did last. */
export interface Acquaintance {
  readonly id: string
  readonly userId: UserId
  readonly since: number
}

/** The browser if this person signed in with it. */
export const deviceOf = Effect.fnUntraced(function* (browser: Browser, userId: UserId) {
  const device = yield* openDevice(browser)
  if (device === undefined) return undefined
  const { lifetimes } = yield* ProviderConfig
  const since = knownSince(device, userId, lifetimes.knownDevice, yield* Clock.currentTimeMillis)
  return since === undefined ? undefined : ({ id: device.id, userId, since } satisfies Acquaintance)
})

/**
 * Whether the person's password was set since they signed in there. Whoever had the one before may have signed in with
 * any number of browsers, each of which would have tries of its own.
 */
export const isOutdated = ({ since }: Acquaintance, user: User | null): boolean => since < (user?.passwordSince ?? 0)

/** Admits one try of this person in this browser, which nobody else's count for. */
export const throttleKnown = (limit: "login_known" | "letter_known", { id, userId }: Acquaintance) =>
  throttle(limit, JSON.stringify([id, userId]))

/** The cookie of the browser, now that this person has signed in. */
export const rememberDevice = Effect.fnUntraced(function* (browser: Browser, userId: UserId) {
  const device = (yield* openDevice(browser)) ?? new KnownDevice({ id: yield* drawSecret, users: [] })
  const known = after(device, userId, yield* Clock.currentTimeMillis)
  return yield* Sealer.use((sealer) => sealer.seal("device", known))
})
