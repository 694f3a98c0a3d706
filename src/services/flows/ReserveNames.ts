/** Reserving sign-in names in D1 and giving them up: each is one person's, or nobody's. */
import { Clock, Effect } from "effect"
import type { Identifier } from "../../domain/Identifier.ts"
import type { UserId } from "../../domain/Ids.ts"
import { ProviderConfig } from "../ports/ProviderConfig.ts"
import { type Holder, Identifiers, IdentifierTaken } from "../storage/Identifiers.ts"
import { retried } from "../storage/Retry.ts"
import { Users } from "../storage/Users.ts"
import { newEvent } from "./operator/NewEvent.ts"

/**
 * Reserves the names, and takes over those whose maker never came back: each attempt but the last frees one. An event
 * whose id is given is the same one however often it is asked for.
 */
export const reserveNames = Effect.fnUntraced(function* (
  userId: UserId,
  identifiers: ReadonlyArray<Identifier>,
  eventId?: string
) {
  for (let abandoned = 0; ; abandoned += 1) {
    const now = yield* Clock.currentTimeMillis
    const drawn = yield* newEvent({
      type: "identifier.reserved",
      userId,
      detail: { identifiers: identifiers.join(" ") }
    })
    const event = { ...drawn, id: eventId ?? drawn.id }
    const holder = yield* retried(Identifiers.reserve)({ userId, identifiers, now }, event).pipe(
      Effect.as(undefined),
      Effect.catchTag("IdentifierTaken", (taken) => Effect.succeed(taken.holder))
    )
    if (holder === undefined) return
    const free = abandoned < identifiers.length && (yield* freeAbandoned(holder, now))
    if (!free) return yield* new IdentifierTaken({ holder })
  }
})

/** Frees a name that is older than a reservation may be and has no home; false if it is somebody's. */
export const freeAbandoned = Effect.fnUntraced(function* (holder: Holder, now: number) {
  const { lifetimes } = yield* ProviderConfig
  if (now - holder.reservedAt < lifetimes.reservation) return false
  // Once the home is void it can never be made, so the name is nobody's; a home that exists answers false.
  const voided = yield* retried(Users.void)(holder.userId)
  if (voided) yield* releaseNames(holder.userId, [holder.identifier])
  return voided
})

/** Gives up names of this user; those that are another's by now stay, or were reserved anew since `reservedBy`. */
export const releaseNames = Effect.fnUntraced(function* (
  userId: UserId,
  identifiers: ReadonlyArray<Identifier>,
  reservedBy?: string
) {
  const event = yield* newEvent({
    type: "identifier.released",
    userId,
    detail: { identifiers: identifiers.join(" ") }
  })
  yield* retried(Identifiers.release)({ userId, identifiers, reservedBy: reservedBy ?? null }, event)
})
