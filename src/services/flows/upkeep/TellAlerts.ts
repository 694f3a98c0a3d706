/**
 * The upkeep's last job: looks for what is wrong, remembers it, and tells whoever operates the provider.
 *
 * What is raised is written down before anybody is told, and that they were told after it; so a cron that ends in
 * between, or two of them at once, tell twice under one id rather than not at all.
 * docs/decisions/0036-observability.md.
 */
import { Clock, Effect } from "effect"
import { SecureRandom } from "effect/crypto"
import {
  AlertBook,
  emptyBook,
  judge,
  type Looked,
  type Message,
  type RaisedAlert,
  stateOf,
  told,
  untold
} from "../../../domain/Alert.ts"
import { inForce, unset } from "../../../domain/Settings.ts"
import { writeAlert } from "../../../letters/WriteAlert.ts"
import { ProviderConfig } from "../../ports/ProviderConfig.ts"
import { Alerts } from "../../storage/Alerts.ts"
import { retried } from "../../storage/Retry.ts"
import { Settings } from "../../storage/Settings.ts"
import { lookForAlerts } from "./LookForAlerts.ts"
import { type AlertSettings, channelsOf, sendAlert } from "./SendAlert.ts"

export const tellAlerts = Effect.fn("TellAlerts")(function* () {
  const inForceNow = yield* settingsOrDefaults
  const { alerts: settings } = inForceNow
  const looked = yield* lookForAlerts(inForceNow)
  const alerts = yield* remember(looked)
  const channels = channelsOf(settings)
  const messages = untold(alerts, channels)
  const arrived = yield* Effect.filter(messages, (message) => tell(message, settings), { concurrency: 2 })
  if (arrived.length > 0 || messages.length === 0) yield* change((before) => told(before, arrived, channels))
  return { raised: alerts.filter((alert) => stateOf(alert) === "raised").length, told: arrived.length }
})

/** An operator who cannot be asked whom to tell may have said so before: an isolate's copy is as good then. */
const settingsOrDefaults = retried(Settings.find)().pipe(
  Effect.catch(() => retried(Settings.copy)()),
  Effect.catch(() => Effect.succeed(unset)),
  Effect.map(inForce)
)

/** How often one tries again after somebody else has changed the book. */
const tries = 3

/** Changes the book, if there is anything to change; answers with the alerts as they are then. */
const change = Effect.fnUntraced(function* (
  changed: (before: ReadonlyArray<RaisedAlert>, now: number) => ReadonlyArray<RaisedAlert>
) {
  const once = Effect.gen(function* () {
    const before = yield* retried(Alerts.book)()
    const alerts = changed(before.alerts, yield* Clock.currentTimeMillis)
    if (JSON.stringify(alerts) === JSON.stringify(before.alerts)) return alerts
    const writer = yield* SecureRandom.SecureRandom.use((random) => random.uuidV4())
    yield* retried(Alerts.keep)(new AlertBook({ version: before.version + 1, writer, alerts }))
    return alerts
  })
  return yield* Effect.retry(once, { times: tries, while: ({ _tag }) => _tag === "AlertBookChanged" })
})

/** Where nothing can be remembered, everything is told again: rather that than nothing. */
const remember = (looked: Looked) =>
  change((before, now) => judge(before, looked, now)).pipe(
    Effect.catch((error) =>
      Effect.gen(function* () {
        yield* Effect.logError("alerts cannot be remembered").pipe(Effect.annotateLogs({ known: error._tag }))
        return judge(emptyBook.alerts, looked, yield* Clock.currentTimeMillis)
      })
    )
  )

const tell = Effect.fnUntraced(function* ({ alert, channel, id }: Message, settings: AlertSettings) {
  const { name } = yield* ProviderConfig
  const { detail, since } = alert
  const members = { alert: alert.name, since: new Date(since).toISOString(), detail }
  return yield* sendAlert(
    channel,
    { id, type: `alert.${stateOf(alert)}`, letter: writeAlert(alert, name), members },
    settings
  )
})
