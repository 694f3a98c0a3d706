/** What is wrong now, by what is stored; what could not be looked at is said to be unknown. */
import { Clock, Effect, Result } from "effect"
import { type AlertName, type Finding, type Looked } from "../../../domain/Alert.ts"
import {
  eventWindow,
  fromEvents,
  fromSigns,
  fromDatabase,
  fromKeys,
  fromShards,
  fromTraffic,
  recent
} from "../../../domain/AlertFacts.ts"
import { overdue, rulesOf } from "../../../domain/KeyRotation.ts"
import type { SettingsInForce } from "../../../domain/Settings.ts"
import { windowOf } from "../../../domain/Traffic.ts"
import { Alerts } from "../../storage/Alerts.ts"
import { Health } from "../../storage/Health.ts"
import { retried } from "../../storage/Retry.ts"
import { SigningKeys } from "../../storage/SigningKeys.ts"
import { Statistics } from "../../storage/Statistics.ts"
import type { StorageError } from "../../storage/StorageError.ts"
import { Traffics } from "../../storage/Traffics.ts"

/** Of so many events one look reads; more of them are no other alert. */
const mostEvents = 1000

export const lookForAlerts = Effect.fn("LookForAlerts")(function* ({ alerts, keys }: SettingsInForce) {
  const now = yield* Clock.currentTimeMillis
  const looks = [
    yield* look(
      retried(Alerts.events)({ since: now - eventWindow, limit: mostEvents }),
      ["token.reused", "limit.account"],
      (events) => fromEvents(events, alerts)
    ),
    yield* look(
      retried(Traffics.since)(windowOf(now - recent)),
      ["storage.given_up", "errors.rate", "object.latency"],
      (traffic) => fromTraffic(traffic, alerts)
    ),
    yield* look(retried(Health.database)(), ["database.size"], ({ bytes }) => fromDatabase(bytes, alerts)),
    yield* look(retried(Statistics.shards)(), ["object.size"], (shards) => fromShards(shards, alerts)),
    yield* look(retried(SigningKeys.ring)(), ["keys.rotation_overdue"], (ring) =>
      fromKeys(overdue(ring, now, rulesOf(keys)))
    ),
    yield* look(retried(Alerts.signs)(), ofSigns, (signs) => fromSigns(signs, now))
  ]
  const findings = looks.flatMap((one) => one.findings)
  const unknown = looks.flatMap((one) => one.unknown)
  // A database that cannot be read is what nothing in it can tell.
  const blind: ReadonlyArray<Finding> = unknown.includes("database.size")
    ? [{ name: "storage.given_up", detail: { store: "database" } }]
    : []
  return { findings: [...findings, ...blind], unknown } satisfies Looked
})

/** What only code that met it can tell. */
const ofSigns: ReadonlyArray<AlertName> = [
  "audit.dead_letter",
  "logout.dead_letter",
  "letter.dead_letter",
  "outbox.waiting",
  "upkeep.failed"
]

const look = Effect.fnUntraced(function* <A, R>(
  asked: Effect.Effect<A, StorageError, R>,
  about: ReadonlyArray<AlertName>,
  judged: (found: A) => ReadonlyArray<Finding>
) {
  const found = yield* Effect.result(asked)
  if (Result.isSuccess(found)) return { findings: judged(found.success), unknown: [] }
  const { _tag, detail, operation } = found.failure
  yield* Effect.logError("alerts could not be looked for").pipe(Effect.annotateLogs({ known: _tag, operation, detail }))
  return { findings: [], unknown: about }
})
