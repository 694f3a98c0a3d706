/**
 * Which limits an operator may change, and how far. docs/decisions/0034-limits-everywhere.md.
 *
 * What guards secrets may be made tighter (fewer in the same time or a longer one) and never looser than it comes, nor
 * so tight that a person who mistypes is kept out. What guards the provider's own work may go both ways.
 */
import { type Limit, type LimitName, limits } from "./RateLimit.ts"
import { type RequestLimitName, requestLimits } from "./RequestLimit.ts"
import { between } from "./SettingBounds.ts"

/** A limit that somebody may change: how many isolates have an allowance is not for them. */
type Settable = LimitName | Exclude<RequestLimitName, "isolates">

type LimitField = `${Settable}_most` | `${Settable}_seconds`

const hour = 3_600

/** Fewest tries, so that mistyping does not keep anybody out; fewest requests, so that a page still has its style. */
const fewestTries = 3
const fewestRequests = 20
const mostRequests = 1_000_000
/** Seconds. An allowance counts for no longer window than a minute. */
const shortestWindow = 10

const entries = <A>(record: Readonly<Record<string, A>>) => Object.entries(record)

const { isolates: _, ...requests } = requestLimits

const guarding = entries<Limit>(limits).flatMap(([name, { most, window }]) => [
  [`${name}_most`, between(fewestTries, most)] as const,
  [`${name}_seconds`, between(window / 1000, hour)] as const
])

const sparing = entries<Limit>(requests).flatMap(([name, { window }]) => [
  [`${name}_most`, between(fewestRequests, mostRequests)] as const,
  [`${name}_seconds`, between(shortestWindow, window / 1000)] as const
])

/** `login_account_most` in any `login_account_seconds`, and so on. */
export const limitFields = Object.fromEntries([...guarding, ...sparing]) as {
  readonly [F in LimitField]: ReturnType<typeof between>
}

export type LimitSettings = { readonly [F in LimitField]: number }

export const limitsAsTheyCome = Object.fromEntries(
  entries<Limit>({ ...limits, ...requests }).flatMap(([name, { most, window }]) => [
    [`${name}_most`, most],
    [`${name}_seconds`, window / 1000]
  ])
) as LimitSettings

/** The numbers of every limit, by name. */
export type LimitNumbers = Readonly<Record<LimitName | RequestLimitName, Limit>>

export const unchangedLimits: LimitNumbers = { ...limits, ...requestLimits }

export const limitNumbers = (settings: LimitSettings): LimitNumbers => ({
  ...unchangedLimits,
  ...Object.fromEntries(
    Object.keys({ ...limits, ...requests }).map((name) => {
      const limit = name as Settable
      return [limit, { most: settings[`${limit}_most`], window: settings[`${limit}_seconds`] * 1000 }]
    })
  )
})
