/**
 * What was refused, told to the log before the answer: who tried is a tag, never a name or an address as it came.
 * docs/decisions/0028-audit.md.
 *
 * Whoever tells of a failure has counted it before (`Throttle.ts`), or tells it once a day (`tellOnce`): nobody fills
 * the log by failing.
 */
import { Clock, Effect } from "effect"
import type { UserId } from "../../../domain/Ids.ts"
import { Sealer } from "../../ports/Sealer.ts"
import type { Browser } from "../authorize/Outcome.ts"
import { tell, tellOnce } from "./Tell.ts"

/** Of 132 bits: nobody finds a name by its tag, and no two have one. */
const length = 22

const tagOf = (kind: "name" | "address", text: string) =>
  Sealer.use((sealer) => Effect.map(sealer.tag("audit", JSON.stringify([kind, text])), (tag) => tag.slice(0, length)))

/** What stands in the log for a name that somebody typed. */
export const nameTag = (name: string) => tagOf("name", name)

/** What stands in the log for a network. */
export const addressTag = (address: string | undefined) => tagOf("address", address ?? "no address")

/** Tells that somebody did not sign in. Whose account it would have been is not told: it may be nobody's. */
export const tellLoginFailed = Effect.fnUntraced(function* (
  method: "password" | "passkey",
  { address }: Pick<Browser, "address">,
  name?: string
) {
  const named = name === undefined ? {} : { name: yield* nameTag(name) }
  yield* tell({ type: "login.failed", detail: { method, address: yield* addressTag(address), ...named } })
})

const day = 86_400_000

/** Tells that a link is good for nothing (any more). One that is days old says nothing new. */
export const tellLink = Effect.fnUntraced(function* (
  kind: "reset" | "email",
  link: { readonly userId: UserId; readonly expiresAt: number },
  userId: UserId
) {
  if ((yield* Clock.currentTimeMillis) >= link.expiresAt + day) return
  const entry = { type: "link.refused", userId, detail: { kind } } as const
  yield* tellOnce(entry, JSON.stringify([kind, link.userId, link.expiresAt, userId]))
})
