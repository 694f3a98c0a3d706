/** From what is stored to what is wrong: the alerts of system.md as decisions. */
import { Schema } from "effect"
import { type AlertDetail, AlertName, type Finding } from "./Alert.ts"
import type { AuditEvent, AuditType } from "./AuditEvent.ts"
import type { LimitName } from "./RateLimit.ts"
import type { ShardSize } from "./ShardSize.ts"
import type { Traffic } from "./Traffic.ts"

/** What code that met a problem left behind for the next look; the last one of a name stands. */
export class AlertSign extends Schema.Class<AlertSign>("AlertSign")({
  name: AlertName,
  detail: Schema.Record(Schema.String, Schema.String),
  /** Milliseconds. */
  at: Schema.Int
}) {}

/** From when an alert is raised. */
export interface Thresholds {
  readonly errorPercent: number
  readonly slowPercent: number
  /** Of so few requests no share is formed. */
  readonly leastRequests: number
  readonly objectMegabytes: number
  readonly databaseMegabytes: number
  /** How often a limit of one account trips in an hour. */
  readonly accountTrips: number
}

/** The events that are alerts. */
export const alarming = ["code.reused", "refresh.reused", "limit.reached"] as const satisfies ReadonlyArray<AuditType>

/** How far back events are looked at, in milliseconds. */
export const eventWindow = 60 * 60_000

/** How far back traffic and signs are looked at, in milliseconds: three turns of the cron. */
export const recent = 15 * 60_000

const million = 1_000_000

const one = (name: AlertName, detail: AlertDetail): ReadonlyArray<Finding> => [{ name, detail }]

export const fromSigns = (signs: ReadonlyArray<AlertSign>, now: number): ReadonlyArray<Finding> =>
  signs.filter(({ at }) => at > now - recent).map(({ detail, name }) => ({ name, detail }))

/** Limits that guard one account, whoever tries it. */
const ofAccounts = new Set<string>([
  "login_account",
  "login_known",
  "letter_address",
  "letter_known",
  "code_account",
  "user_code"
] satisfies ReadonlyArray<LimitName>)

export const fromEvents = (events: ReadonlyArray<AuditEvent>, { accountTrips }: Thresholds): ReadonlyArray<Finding> => {
  const reused = events.filter(({ type }) => type === "code.reused" || type === "refresh.reused")
  const trips = new Map<string, number>()
  for (const { detail, type } of events) {
    if (type !== "limit.reached" || !ofAccounts.has(detail?.["limit"] ?? "")) continue
    const key = `${detail?.["limit"]} ${detail?.["key"]}`
    trips.set(key, (trips.get(key) ?? 0) + 1)
  }
  const often = [...trips].filter(([, count]) => count >= accountTrips)
  const last = reused.at(-1)
  return [
    ...(last === undefined
      ? []
      : one("token.reused", {
          events: String(reused.length),
          users: String(new Set(reused.map(({ userId }) => userId)).size),
          clients: String(new Set(reused.map(({ clientId }) => clientId)).size),
          last: `${last.type} ${last.id}`
        })),
    ...(often.length === 0 ? [] : one("limit.account", { accounts: String(often.length), first: often[0]?.[0] ?? "" }))
  ]
}

const percent = (part: number, whole: number): string => `${((100 * part) / whole).toFixed(2)} %`

export const fromTraffic = (traffic: Traffic, thresholds: Thresholds): ReadonlyArray<Finding> => {
  const { failures, givenUp, objectCalls, requests, slowObjectCalls } = traffic
  const { errorPercent, leastRequests, slowPercent } = thresholds
  const fails = requests >= leastRequests && failures * 100 > errorPercent * requests
  const isSlow = objectCalls >= leastRequests && slowObjectCalls * 100 > slowPercent * objectCalls
  return [
    ...(givenUp > 0 ? one("storage.given_up", { writes: String(givenUp) }) : []),
    ...(fails ? one("errors.rate", { failed: percent(failures, requests), requests: String(requests) }) : []),
    ...(isSlow
      ? one("object.latency", { slow: percent(slowObjectCalls, objectCalls), calls: String(objectCalls) })
      : [])
  ]
}

const megabytes = (bytes: number): string => `${Math.round(bytes / million)} MB`

export const fromShards = (
  shards: ReadonlyArray<ShardSize>,
  { objectMegabytes }: Thresholds
): ReadonlyArray<Finding> => {
  const large = shards.filter(({ bytes }) => bytes > objectMegabytes * million)
  const largest = large.toSorted((a, b) => b.bytes - a.bytes)[0]
  if (largest === undefined) return []
  const { bytes, kind, shard } = largest
  return one("object.size", { objects: String(large.length), largest: `${kind} ${shard}`, size: megabytes(bytes) })
}

export const fromDatabase = (bytes: number, { databaseMegabytes }: Thresholds): ReadonlyArray<Finding> =>
  bytes > databaseMegabytes * million ? one("database.size", { size: megabytes(bytes) }) : []

/** `overdue`: the algorithms whose keys sign for longer than they should. */
export const fromKeys = (overdue: ReadonlyArray<string>): ReadonlyArray<Finding> =>
  overdue.length > 0 ? one("keys.rotation_overdue", { algs: overdue.join(" ") }) : []
