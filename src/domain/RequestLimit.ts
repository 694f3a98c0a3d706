/**
 * How often every endpoint may be asked, by address, client and account: not because something could be guessed there,
 * which `RateLimit.ts` limits, but so that nobody takes the provider from the others. OWASP ASVS 5.0 §2.4.1.
 *
 * These are counted in blocks of permits that are leased to isolates (`Lease.ts`), and a part of each limit is lent to
 * all isolates beforehand, so that who asks once costs no call. docs/decisions/0034-limits-everywhere.md.
 */
import { Schema } from "effect"
import type { Limit } from "./RateLimit.ts"

const minute = 60_000

/** By network address unless the name says otherwise. */
export const requestLimits = {
  /** Discovery, keys, stylesheets. */
  documents: { most: 12_000, window: minute },
  /** Authorization, sign-in, consent, logout, a person's own account, and what does not exist. */
  pages: { most: 12_000, window: minute },
  /** Where clients come from their own machines, or from a person's: tokens, introspection, revocation. */
  clients: { most: 12_000, window: minute },
  /** What a user's access token opens: userinfo and sessions. */
  resources: { most: 12_000, window: minute },
  /** Registering clients and looking after them; how often anybody may register is counted besides. */
  registration_requests: { most: 600, window: minute },
  administration: { most: 6_000, window: minute },
  /** Requests of clients that cannot prove who they are, each of which leaves a row: PAR and device authorization. */
  public_rows: { most: 300, window: minute },
  /** By client that has proved who it is, at all endpoints together. */
  client: { most: 60_000, window: minute },
  /** By the session in which a browser asks for authorization: an account is not known before its home is asked. */
  session: { most: 12_000, window: minute },
  /** By account, where a token of ours or an account page says whose it is. */
  account: { most: 12_000, window: minute },
  /** The isolates that hold an allowance for everybody. */
  isolates: { most: 1_000, window: minute }
} as const satisfies Readonly<Record<string, Limit>>

export type RequestLimitName = keyof typeof requestLimits
export const RequestLimitName = Schema.Literals(Object.keys(requestLimits) as ReadonlyArray<RequestLimitName>)

/** How long an isolate may use its allowance, in milliseconds; no limit's window is longer than that of `isolates`. */
export const allowanceLife = 10 * minute

/** More would be a long list of times for each address. */
const largestAllowance = 8

/** What of a limit is lent to the isolates, and what they have to lease. */
export interface Share {
  /** How many each isolate that is one of `requestLimits.isolates` admits in a window without asking. */
  readonly allowance: number
  /** How many may be leased by all isolates together. */
  readonly leased: number
}

/**
 * The parts of a limit: up to half of it is lent. Together they are never more than the limit, nor, while it is being
 * changed and isolates go by both, more than the larger of both: neither part shrinks where the limit grows.
 */
export const shareOf = (most: number): Share => {
  const { most: isolates } = requestLimits.isolates
  const allowance = Math.min(largestAllowance, Math.floor(most / 2 / isolates))
  const rest = most - allowance * isolates
  return { allowance, leased: allowance === largestAllowance ? rest : Math.min(rest, (allowance + 1) * isolates) }
}

/** How long a leased permit may be used, in milliseconds: a sixth of the window, since it counts that much longer. */
export const permitLife = (window: number): number => Math.ceil(window / 6)
