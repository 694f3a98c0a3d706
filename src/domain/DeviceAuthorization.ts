/**
 * A device that waits for somebody to allow what it asks for: started, decided once, taken once. RFC 8628 §3.
 *
 * It is found by the user code and by the device code alike, because its id is made of the user code's tag. What the
 * device gets is a grant in the home of whoever approved; the row here says which, once.
 */
import { Option, Result, Schema } from "effect"
import { AccessTarget, choose as chosen } from "./AccessTarget.ts"
import { equal } from "./ConstantTime.ts"
import { AttemptId, ClientId, DeviceId, GrantId, SecretHash, splitSecret, UserId } from "./Ids.ts"
import { type Generations, idOfTag } from "./Locator.ts"

/** What one is asked to allow, and what came of it. Times in milliseconds. */
export class DeviceAuthorization extends Schema.Class<DeviceAuthorization>("DeviceAuthorization")({
  id: DeviceId,
  /** The hash of the secret in the device code; the grant bears the same. */
  codeHash: SecretHash,
  clientId: ClientId,
  scopes: Schema.Array(Schema.String),
  /** The resource servers that tokens may be for. RFC 8707. */
  targets: Schema.optionalKey(Schema.Array(AccessTarget)),
  status: Schema.Literals(["pending", "approved", "denied", "taken"]),
  /** What was approved; null until then. */
  grantId: Schema.NullOr(GrantId),
  /** How long the device has to wait from one poll to the next. */
  interval: Schema.Int,
  polledAt: Schema.NullOr(Schema.Int),
  /** Whether the last poll came too soon. */
  hurried: Schema.Boolean,
  /** The attempt of the last poll, so that its repetition gets the same answer. */
  attempt: Schema.NullOr(AttemptId),
  expiresAt: Schema.Int
}) {}

/**
 * The ids that the device of a user code may have, the newest generation's first: where one is made, and then where
 * those may be that were made before the number of shards grew.
 */
export const placesOf = (tag: string, generations: Generations): readonly [DeviceId, ...ReadonlyArray<DeviceId>] => {
  const [first, ...others] = generations
  const place = (known: Generations) => DeviceId.make(idOfTag(known, tag))
  const older = others.map((_, index) => place([first, ...others.slice(0, index)]))
  return [place(generations), ...older.reverse()]
}

/** A device code as text: the id and 256 random bits. */
export const formatDeviceCode = (id: DeviceId, secret: string): string => `${id}.${secret}`

export const parseDeviceCode = (text: string): Option.Option<readonly [DeviceId, string]> =>
  Option.flatMap(splitSecret(text), ([id, secret]) =>
    Option.map(Schema.decodeUnknownOption(DeviceId)(id), (deviceId) => [deviceId, secret] as const)
  )

const isOver = (row: DeviceAuthorization, now: number): boolean => now >= row.expiresAt

/** Whether it waits for somebody's decision. */
export const isWaiting = (row: DeviceAuthorization, now: number): boolean =>
  row.status === "pending" && !isOver(row, now)

/** Another device bears this user code at this time. */
export class UserCodeTaken extends Schema.TaggedError<UserCodeTaken>()("UserCodeTaken", {}) {}

/** Whether a device can begin to wait under its user code; `again` if it does already. */
export const start = (
  found: DeviceAuthorization | undefined,
  asked: DeviceAuthorization,
  now: number
): "first" | "again" | "taken" => {
  if (found === undefined) return "first"
  if (equal(found.codeHash, asked.codeHash)) return "again"
  return isOver(found, now) ? "first" : "taken"
}

/** What somebody decided: the grant they made for the device, or null for a no. */
export class DeviceDecision extends Schema.Class<DeviceDecision>("DeviceDecision")({
  id: DeviceId,
  codeHash: SecretHash,
  userId: UserId,
  grantId: Schema.NullOr(GrantId)
}) {}

/** It waits for nobody any more: it is another's user code by now, decided otherwise, or too late. */
export class DecisionRefused extends Schema.TaggedError<DecisionRefused>()("DecisionRefused", {
  reason: Schema.Literals(["unknown", "decided", "expired"])
}) {}

export type Decided = { readonly _tag: "Decided" | "Again"; readonly row: DeviceAuthorization }

/** The first decision stands; the same one asked for again is the same. RFC 8628 §3.3. */
export const decide = (
  found: DeviceAuthorization | undefined,
  request: DeviceDecision,
  now: number
): Result.Result<Decided, DecisionRefused> => {
  const refused = (reason: DecisionRefused["reason"]) => Result.fail(new DecisionRefused({ reason }))
  if (found === undefined || !equal(found.codeHash, request.codeHash)) return refused("unknown")
  if (found.status !== "pending") {
    const isSame = request.grantId === null ? found.status === "denied" : found.grantId === request.grantId
    return isSame ? Result.succeed({ _tag: "Again", row: found }) : refused("decided")
  }
  if (isOver(found, now)) return refused("expired")
  const { grantId } = request
  const status = grantId === null ? "denied" : "approved"
  return Result.succeed({ _tag: "Decided", row: new DeviceAuthorization({ ...found, status, grantId }) })
}

/** A device asks what has been decided. RFC 8628 §3.4. */
export class DevicePoll extends Schema.Class<DevicePoll>("DevicePoll")({
  attempt: AttemptId,
  id: DeviceId,
  codeHash: SecretHash,
  clientId: ClientId,
  /** The resource that the access token is asked for. RFC 8707 §2.2. */
  resource: Schema.optionalKey(Schema.String)
}) {}

/** There is no grant for this poll, for now or for ever. */
export class PollRefused extends Schema.TaggedError<PollRefused>()("PollRefused", {
  reason: Schema.Literals(["unknown", "client", "resource", "taken", "expired", "denied", "slow_down", "pending"])
}) {}

export interface Polled {
  readonly answer: Result.Result<GrantId, PollRefused>
  /** The row as the poll leaves it, if it changes anything. */
  readonly row: DeviceAuthorization | undefined
}

/** What a poll that came too soon adds to the interval, in milliseconds. RFC 8628 §3.5. */
const slowDown = 5_000

/**
 * Decides a poll. The one that finds an approval takes it; whoever else asks then is refused, here and not by the
 * grant, so that a device that polls twice at once does not lose what it got. Another client's poll changes nothing.
 */
export const poll = (found: DeviceAuthorization | undefined, request: DevicePoll, now: number): Polled => {
  const refused = (reason: PollRefused["reason"], row?: DeviceAuthorization): Polled => ({
    answer: Result.fail(new PollRefused({ reason })),
    row
  })
  if (found === undefined || !equal(found.codeHash, request.codeHash)) return refused("unknown")
  if (found.clientId !== request.clientId) return refused("client")
  // The grant would refuse it too, but then the approval is taken and the device could not ask for what it meant.
  if (Result.isFailure(chosen(found.targets ?? [], request.resource, found.scopes))) return refused("resource")
  const isRepetition = found.attempt === request.attempt
  const { grantId } = found
  if (found.status === "taken") {
    return isRepetition && grantId !== null ? { answer: Result.succeed(grantId), row: undefined } : refused("taken")
  }
  if (isOver(found, now)) return refused("expired")
  if (found.status === "denied") return refused("denied")
  if (grantId !== null) {
    const row = new DeviceAuthorization({ ...found, status: "taken", attempt: request.attempt })
    return { answer: Result.succeed(grantId), row }
  }
  if (isRepetition) return refused(found.hurried ? "slow_down" : "pending")
  const hurried = found.polledAt !== null && now - found.polledAt < found.interval
  const interval = found.interval + (hurried ? slowDown : 0)
  const row = new DeviceAuthorization({ ...found, polledAt: now, hurried, interval, attempt: request.attempt })
  return refused(hurried ? "slow_down" : "pending", row)
}

/** For how long a device that comes too late is told so, in milliseconds; then its code is like any that never was. */
const remembered = 600_000

/** When nobody can want it any more, in milliseconds. */
export const forgottenAt = (row: DeviceAuthorization): number => row.expiresAt + remembered
