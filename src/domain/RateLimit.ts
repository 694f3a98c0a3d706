/**
 * How often something may be tried: an exact count in every window, however many try at the same time.
 * NIST SP 800-63B §3.2.2, RFC 6749 §10.10, RFC 8628 §5.1.
 */
import { Result, Schema } from "effect"
import { AttemptId } from "./Ids.ts"
import { RequestLimitName } from "./RequestLimit.ts"

const minute = 60_000

/** So many in any window of this length, in milliseconds. */
export interface Limit {
  readonly most: number
  readonly window: number
}

/**
 * Every limit of this provider. One that counts for an account never stands alone in the way of its person: whoever
 * signed in here before is counted by their browser, not with everybody who tries their name.
 */
export const limits = {
  /** Passwords, right ones too, by network address. */
  login_address: { most: 100, window: 10 * minute },
  /** Wrong passwords, by the name that was typed, of browsers in which its person never signed in. */
  login_account: { most: 10, window: 15 * minute },
  /** Wrong passwords, by a person and a browser in which they signed in. */
  login_known: { most: 10, window: 15 * minute },
  /** Letters that sign in, reset or confirm, by the address they go to. */
  letter_address: { most: 5, window: 15 * minute },
  /** Letters, by the network address that asks for them. */
  letter_asker: { most: 20, window: 15 * minute },
  /** Letters, by a browser that somebody signed in with and who that is. */
  letter_known: { most: 5, window: 15 * minute },
  /** Codes of letters, by the name that they were asked for by. */
  code_account: { most: 20, window: 60 * minute },
  /** User codes of devices, by the person who enters them. RFC 8628 §5.1. */
  user_code: { most: 20, window: 10 * minute },
  /** Secrets and assertions of a client that were wrong, by client and network address. */
  client_secret: { most: 60, window: 10 * minute },
  /** Registrations of clients where anybody may, by network address. RFC 7591 §5. */
  registration: { most: 100, window: 60 * minute },
  /** Pictures that are uploaded, by the person whom they show. */
  avatar: { most: 20, window: 60 * minute },
  /** Assertions of passkeys, by network address. */
  passkey: { most: 60, window: 10 * minute }
} as const satisfies Readonly<Record<string, Limit>>

export type LimitName = keyof typeof limits
export const LimitName = Schema.Literals(Object.keys(limits) as ReadonlyArray<LimitName>)

/** What is counted: the locator of its shard and a tag of what it is, which storage does not learn. */
export const LimitKey = Schema.String.pipe(
  Schema.check(Schema.isPattern(/^[1-9][0-9]{0,2}-[0-9]{1,5}\.[A-Za-z0-9_-]{22}$/)),
  Schema.brand("LimitKey")
)
export type LimitKey = typeof LimitKey.Type

/** One try: it wants to be admitted, or was and is given back. */
export class Taking extends Schema.Class<Taking>("Taking")({
  key: LimitKey,
  limit: LimitName,
  attempt: AttemptId,
  /** The numbers in force where it is made; those that the limit comes with if it brings none. */
  numbers: Schema.optionalKey(Schema.Struct({ most: Schema.Int, window: Schema.Int }))
}) {}

/** There were too many. `retryAt` is when the next is admitted, in milliseconds. */
export class TooMany extends Schema.TaggedError<TooMany>()("TooMany", {
  limit: Schema.Union([LimitName, RequestLimitName]),
  retryAt: Schema.Int
}) {}

/** The tries that count: those that were admitted in the last window and not given back. Milliseconds. */
export class Counted extends Schema.Class<Counted>("Counted")({
  key: LimitKey,
  limit: LimitName,
  /** In the order of their times. */
  admitted: Schema.Array(Schema.Struct({ at: Schema.Int, attempt: AttemptId })),
  /** When the last was admitted, whether it was given back or not. */
  latest: Schema.Int,
  /** The window that it was admitted by, in milliseconds; the limit's own if that is what it was. */
  window: Schema.optionalKey(Schema.Int),
  /** When an operator was last told that it is too many. */
  alarmedAt: Schema.NullOr(Schema.Int)
}) {}

export interface Taken {
  /** How many more would be admitted now. */
  readonly answer: Result.Result<number, TooMany>
  /** The row as the try leaves it, if it changes anything. */
  readonly row: Counted | undefined
  /** Whether it is refused and nobody was told of a refusal for a window. */
  readonly isAlarm: boolean
}

/**
 * Admits a try, or refuses it; one that is asked for again by the same attempt is admitted as it was.
 *
 * The count's own time never goes back: an object may move to a machine whose clock is behind, and what was forgotten
 * by the one that was ahead must not be admitted a second time.
 *
 * Where the numbers change, no window of the shorter length ever holds more than the larger number says: each admission
 * looks at all that its own window holds.
 */
export const take = (found: Counted | undefined, { attempt, key, limit, numbers }: Taking, clock: number): Taken => {
  const { most, window } = numbers ?? limits[limit]
  const admitted = found?.admitted ?? []
  const now = Math.max(clock, found?.latest ?? 0)
  const inWindow = admitted.filter(({ at }) => at > now - window)
  const left = Math.max(0, most - inWindow.length)
  if (inWindow.some((one) => one.attempt === attempt)) {
    return { answer: Result.succeed(left), row: undefined, isAlarm: false }
  }
  const alarmedAt = found?.alarmedAt ?? null
  // More than `most` may be there if the limit was higher when they came.
  const leaving = inWindow.at(-most)
  if (leaving !== undefined) {
    const answer = Result.fail(new TooMany({ limit, retryAt: leaving.at + window }))
    const isAlarm = alarmedAt === null || alarmedAt <= now - window
    return { answer, isAlarm, row: isAlarm && found ? new Counted({ ...found, alarmedAt: now }) : undefined }
  }
  const row = new Counted({
    key,
    limit,
    admitted: [...inWindow, { at: now, attempt }],
    latest: now,
    alarmedAt,
    ...(numbers === undefined ? {} : { window })
  })
  return { answer: Result.succeed(left - 1), row, isAlarm: false }
}

/**
 * Whether a try that turned out to be none is worth giving back: where half of all places are left, nobody misses it.
 * So what is right costs a call only where it comes often, and can never take more than half of the places.
 */
export const isMissed = ({ limit, numbers }: Taking, left: number): boolean =>
  left * 2 < (numbers ?? limits[limit]).most

/** The row without a try that turned out to be none; undefined if there is nothing to change. */
export const giveBack = (found: Counted | undefined, attempt: AttemptId): Counted | undefined =>
  found?.admitted.some((one) => one.attempt === attempt) === true
    ? new Counted({ ...found, admitted: found.admitted.filter((one) => one.attempt !== attempt) })
    : undefined

/** When a row says nothing any more, in milliseconds. */
export const forgottenAt = ({ latest, limit, window }: Counted): number =>
  latest + Math.max(window ?? 0, limits[limit].window)
