/**
 * What a browser remembers of the people who signed in with it, so that nobody else's guesses stand in their way.
 * OWASP ASVS 5.0 §6.3.1; docs/decisions/0019-limits.md.
 */
import { Schema } from "effect"
import { UserId } from "./Ids.ts"

/** At most so many people of one browser: a cookie has to stay small. */
export const mostUsers = 5

/** A browser by a name of its own, and who signed in with it, the latest first. Times in milliseconds. */
export class KnownDevice extends Schema.Class<KnownDevice>("KnownDevice")({
  id: Schema.String,
  users: Schema.Array(Schema.Struct({ userId: UserId, at: Schema.Int }))
}) {}

/** When this person signed in with it last, if that was within `lifetime`. */
export const knownSince = (device: KnownDevice, userId: UserId, lifetime: number, now: number): number | undefined =>
  device.users.find((one) => one.userId === userId && now < one.at + lifetime)?.at

/** The same device, after this person signed in. */
export const after = (device: KnownDevice, userId: UserId, now: number): KnownDevice =>
  new KnownDevice({
    id: device.id,
    users: [{ userId, at: now }, ...device.users.filter((one) => one.userId !== userId)].slice(0, mostUsers)
  })
